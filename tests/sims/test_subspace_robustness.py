"""Searched attacks, literal fits and the convex programme, each against a second route."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

import sims.subspace_robustness as S
import theory.subspace_robustness as T
from sims.arrays import strict_rng, to_host
from sims.subspace_robustness.certificate import _solve
from sims.subspace_robustness.search import search


def _sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


def test_search_finds_what_a_library_finds():
    bases = S.subspaces(7, (2, 3), instance=1)
    x = S.point(bases[0], instance=1)
    form = bases[0] @ bases[0].T - bases[1] @ bases[1].T
    found = search(x[None], form[None], _sfc(0))
    rng = np.random.default_rng(0)
    flat = {"type": "eq", "fun": lambda d: (x + d) @ form @ (x + d), "jac": lambda d: 2 * form @ (x + d)}
    best = min(
        one.fun ** 0.5
        for one in (minimize(lambda d: d @ d, rng.standard_normal(7), jac=lambda d: 2 * d, constraints=[flat],
                             method="SLSQP", options={"ftol": 1e-15}) for _ in range(20))
        if one.success
    )  # fmt: skip
    assert found.lengths[0, 0] == pytest.approx(best, rel=1e-7)
    assert found.residuals.max() <= 1e-11
    moved = x + found.attacks[0, 0]
    assert abs(moved @ form @ moved) < 1e-10
    assert np.linalg.norm(found.attacks[0, 0]) == pytest.approx(found.lengths[0, 0])


def test_radius_scales_with_the_point():
    bases = S.subspaces(8, (3, 3, 2), instance=2)
    x = S.point(bases[0], instance=2)
    one, many = (S.certified_radius(scale * x, bases, trials=2, rng=_sfc(1)) for scale in (1.0, 1e6))
    np.testing.assert_allclose(many.radius, 1e6 * one.radius, rtol=1e-12)
    assert (one.nearest == many.nearest).all()


def test_bounds_hold_the_formula_of_each_point():
    bases = S.tilted(6, (0.4, 1.1))
    found = S.radius_bounds(bases, trials=16, rng=_sfc(2))
    coordinates = _sfc(2).standard_normal(size=(16, 2))
    coordinates /= np.linalg.norm(coordinates, axis=1, keepdims=True)
    expected = [T.certified_radius(bases[0] @ c, bases).radius for c in coordinates]
    np.testing.assert_allclose(found.radius, expected, rtol=1e-10)


def test_classes_by_residuals():
    bases = S.subspaces(6, (2, 3, 1), instance=3)
    z = _sfc(3).standard_normal(size=(40, 6))
    found = S.in_certified_cone(z, bases, 1, trials=2, rng=_sfc(4))
    residuals = [np.linalg.norm(z - z @ B @ B.T, axis=1) for B in bases]
    np.testing.assert_array_equal(found, np.tile(1.0 * (np.argmin(residuals, axis=0) == 1), (2, 1)))


def test_upset_between_radius_and_beyond():
    bases = S.subspaces(6, (2, 2), instance=4)
    x = S.point(bases[0], instance=4)
    radius = T.certified_radius(x, bases).radius
    inside, outside = (S.upset(x, bases, f * radius, 500, trials=3, rng=_sfc(5)) for f in (0.999, 1.001))
    assert not inside.any()
    assert outside.all()


def test_noise_is_that_of_lstsq():
    p = S.pair(9, 2, 3, instance=5)
    found = S.recovery_noise(p.S1, p.A1, 0.3, 5.0, trials=4, rng=_sfc(6))
    rng = _sfc(6)
    signal, attack = rng.standard_normal(size=(4, 2)), rng.standard_normal(size=(4, 3))
    attack *= 5.0 / np.linalg.norm(attack, axis=1, keepdims=True)
    y = signal @ p.S1.T + attack @ p.A1.T + 0.3 * rng.standard_normal(size=(4, 9))
    fit = np.linalg.lstsq(np.hstack([p.S1, p.A1]), y.T, rcond=None)[0]
    np.testing.assert_allclose(found, np.sum((fit[:2].T - signal) ** 2, axis=1), rtol=1e-9)


def test_amplification_is_the_sum_of_inverse_squared_sines():
    found = S.expected_amplification(9, 3, 2, trials=2, rng=_sfc(7))
    rng = _sfc(7)
    from sims.arrays import haar_frames

    one, other = haar_frames(rng, 2, 9, 3), haar_frames(rng, 2, 9, 2)
    np.testing.assert_allclose(
        found, [T.recovery_noise(a, b, 1.0) for a, b in zip(one, other, strict=True)], rtol=1e-10
    )


def test_certificates_are_theorys():
    """The kernel's own draws, judged by theory one by one."""
    from sims.subspace_robustness.certificate import _frames

    found = S.convex_recovery(7, 2, 2, 3, 2, 0.9, 2000, trials=40, rng=_sfc(8))
    rng = _sfc(8)
    signals, attacks = _frames(rng, 40, 3, 7, 2), _frames(rng, 40, 2, 7, 2)
    c, b = rng.standard_normal(size=(40, 2)), rng.standard_normal(size=(40, 2))
    holds = [T.certificate_holds(list(signals[t]), list(attacks[t]), c[t], b[t], 0.9) for t in range(40)]
    assert 3 < sum(holds) < 37
    assert (found.missed[np.asarray(holds)] < 1e-9).all()
    assert (found.residual[~np.asarray(holds)] == 0).all()


def test_programme_is_that_of_a_library():
    """Blocks of one dimension: an l1 programme, which HiGHS solves."""
    from scipy.optimize import linprog

    rng = _sfc(9)
    blocks = rng.standard_normal(size=(7, 4))
    blocks /= np.linalg.norm(blocks, axis=1, keepdims=True)
    y = rng.standard_normal(size=4)
    signals, attacks = blocks[None, :4, :, None], blocks[None, 4:, :, None]
    found, residual = _solve(signals, attacks, y[None], 0.8, 4000)
    weights = np.array([1.0] * 4 + [0.8] * 3)
    best = linprog(np.tile(weights, 2), A_eq=np.hstack([blocks.T, -blocks.T]), b_eq=y, bounds=(0, None)).fun
    assert float(residual[0]) < 1e-10
    np.testing.assert_allclose(found[0] @ blocks, y, atol=1e-10)
    assert np.abs(found[0]) @ weights == pytest.approx(best, rel=1e-8)


def test_a_crippled_solver_is_not_certified():
    few = S.convex_recovery(8, 3, 3, 4, 2, 1.0, 3, trials=64, rng=_sfc(10))
    assert few.residual.max() > 1e-9


def test_strict_backend_and_instances():
    bases = S.subspaces(5, (2, 2))
    found = S.certified_radius(S.point(bases[0]), bases, trials=1, rng=strict_rng(0))
    assert to_host(found.radius)[0] == pytest.approx(T.certified_radius(S.point(bases[0]), bases).radius, rel=1e-9)
    one, other = S.tilted(6, (0.2, 0.9))
    np.testing.assert_allclose(np.linalg.svd(one.T @ other, compute_uv=False), np.cos([0.2, 0.9]), rtol=1e-12)


def test_digits_are_held_out():
    problem = S.digits_problem(4)
    assert problem.images.shape[0] == problem.labels.shape[0] == 300
    for basis in problem.bases:
        np.testing.assert_allclose(basis.T @ basis, np.eye(4), atol=1e-10)
    with pytest.raises(ValueError, match="k = 100"):
        S.digits_problem(100)
