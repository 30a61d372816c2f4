"""Denoising kernels against naive routes: NumPy's decomposition and whole matrices, searches, exhaustive sums."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy

import sims.matrix_denoising as sims
import theory.matrix_denoising as theory
from sims.arrays import to_host
from sims.matrix_denoising.l1 import found
from sims.matrix_denoising.sparse_coding import sure_soft
from sims.matrix_denoising.spikes import decomposed, hard_level, optimal_shrinker, unit_noise


def rng(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


@pytest.mark.parametrize(("m", "n"), [(6, 12), (9, 9)])
def test_decomposition_and_losses_against_whole_matrices(m, n):
    x, beta = (1.4, 3.0), m / n
    left = np.linalg.qr(rng(0).standard_normal((m, 2)))[0]
    right = np.linalg.qr(rng(1).standard_normal((n, 2)))[0]
    clean = (left * x) @ right.T
    y = clean + rng(2).standard_normal((m, n)) / np.sqrt(n)
    shown = decomposed(y[None], left[None], right[None], np.asarray(x), x)
    u, s, vt = np.linalg.svd(y, full_matrices=False)
    assert shown.value[0] == pytest.approx(s[[1, 0]])
    assert shown.left2[0] == pytest.approx([(u[:, 1] @ left[:, 0]) ** 2, (u[:, 0] @ left[:, 1]) ** 2])
    assert shown.right2[0] == pytest.approx([(vt[1] @ right[:, 0]) ** 2, (vt[0] @ right[:, 1]) ** 2])
    assert shown.median[0] == pytest.approx(np.median(s))
    rules = {
        "optimal": theory.optimal_shrinker(s, beta),
        "hard": np.where(s > theory.hard_threshold(beta), s, 0),
        "soft": np.maximum(s - 1 - beta**0.5, 0),
        "keep": s * (np.arange(m) < 2),
    }
    loss = {name: np.sum(((u * eta) @ vt - clean) ** 2) for name, eta in rules.items()}
    for name, value in loss.items():
        assert getattr(shown, name)[0] == pytest.approx(value)
    debiased = np.sum(((u * theory.debiased_shrinker(s, beta)) @ vt - clean) ** 2)
    assert shown.excess[0] == pytest.approx(debiased - loss["optimal"])


def test_the_rooms_mean_the_same_rules():
    y = np.linspace(0.0, 6.0, 200)
    for beta in (0.1, 0.5, 1.0):
        assert optimal_shrinker(y, beta) == pytest.approx(theory.optimal_shrinker(y, beta), abs=1e-12)
        assert hard_level(beta) == pytest.approx(float(theory.hard_threshold(beta)), rel=1e-14)


@pytest.mark.parametrize("noise", ["normal", "signs", "t5"])
def test_noise_has_unit_variance(noise):
    z = unit_noise(noise, rng(0), (400_000,))
    assert z.mean() == pytest.approx(0, abs=6 / 630)
    assert np.mean(z**2) == pytest.approx(1, abs=6 * np.std(z**2) / 630)


def test_spiked_matrix_on_every_backend(make_rng):
    shown = sims.spiked_matrix((0.9, 2.0), 0.5, n=12, trials=5, rng=make_rng(0))
    expected = sims.spiked_matrix((0.9, 2.0), 0.5, n=12, trials=5, rng=rng(0))
    assert to_host(shown.value).shape == (5, 2)
    if make_rng(0).__class__.__module__.startswith(("numpy", "sims")):
        for name in shown._fields:
            assert to_host(getattr(shown, name)) == pytest.approx(getattr(expected, name), rel=1e-9)
    with pytest.raises(ValueError, match=r"beta = 1\.5"):
        sims.spiked_matrix((2.0,), 1.5, n=12, trials=1, rng=make_rng(0))


def test_sure_of_one_vector():
    y = rng(3).standard_normal((4, 7)) * 2
    assert sure_soft(y, 1.1) == pytest.approx([theory.sure_soft(row, 1.1) for row in y])


def test_the_slope_is_the_derivative_of_the_loss():
    low, middle, high = (
        sims.sparse_coding_threshold(0.3, 2.0, t=1.0 + step, coordinates=200, trials=4, rng=rng(7))
        for step in (-1e-7, 0, 1e-7)
    )  # fmt: skip
    assert (high.risk - low.risk) / 2e-7 == pytest.approx(middle.slope, abs=1e-5)


def test_distance_to_the_cone_of_subgradients_by_search():
    n, k = 12, 4
    values = sims.l1_transition(k / n, n=n, trials=20, rng=rng(5))
    for g, value in zip(rng(5).standard_normal(size=(20, n)), values, strict=True):
        distance = lambda tau, g=g: np.sum((g[:k] - tau) ** 2) + np.sum(np.maximum(abs(g[k:]) - tau, 0) ** 2)  # noqa: E731
        best = min(distance(0.0), scipy.optimize.minimize_scalar(distance, bounds=(0, 5), method="bounded").fun)
        assert value * n == pytest.approx(best, rel=1e-6)


def test_recovery_is_what_a_linear_programme_says():
    x = np.zeros((8, 12))
    x[:, :3] = rng(1).standard_normal((8, 3))
    measured = rng(2).standard_normal((8, 7, 12))
    y = (measured @ x[..., None])[..., 0]
    answers = found(measured, y, x)
    for a, b, truth, answer in zip(measured, y, x, answers, strict=True):
        solved = scipy.optimize.linprog(np.ones(24), A_eq=np.hstack([a, -a]), b_eq=b, method="highs")
        assert answer == float(np.abs(solved.x[:12] - solved.x[12:] - truth).max() < 1e-6 * np.abs(truth).max())
    assert 0 < answers.mean() < 1
    assert np.isnan(found(measured * np.nan, y, x)).all()
    with pytest.raises(ValueError, match=r"below = 0\.5: must be less than above = 0\.5"):
        sims.l1_recovery(0.1, 0.5, 0.5, n=20, trials=1, rng=rng(0))


def test_dictionaries_have_the_coherence_they_are_known_for():
    simplex, hadamard = np.asarray(sims.dictionary("simplex", 7)), np.asarray(sims.dictionary("hadamard", 16))
    assert theory.coherence(simplex) == pytest.approx(1 / 7)
    assert theory.coherence(hadamard) == pytest.approx(0.25)
    for atoms in (simplex, hadamard):
        assert np.linalg.norm(atoms, axis=0) == pytest.approx(1)
    assert np.abs(simplex.sum(axis=1)).max() < 1e-14
    with pytest.raises(ValueError, match="power of 2"):
        sims.dictionary("hadamard", 12)


def test_pursuit_against_least_squares_step_by_step():
    atoms = rng(0).standard_normal((6, 10))
    atoms /= np.linalg.norm(atoms, axis=0)
    y = rng(1).standard_normal((5, 6))
    for row, chosen in zip(y, sims.pursuit(atoms, y, 4), strict=True):
        support, rest = [], row
        for _ in range(4):
            support.append(int(np.argmax(np.abs(rest @ atoms))))
            rest = row - atoms[:, support] @ np.linalg.lstsq(atoms[:, support], row, rcond=None)[0]
        assert sorted(support) == np.flatnonzero(chosen).tolist()


def test_below_the_bound_every_support_is_found_above_it_not():
    # Exhaustive over supports, by Tropp's exact recovery condition: max |D_S^+ d_j|_1 < 1 for every atom outside.
    atoms = np.asarray(sims.dictionary("hadamard", 4))

    def worst(k):
        worst_sum = 0.0
        for support in itertools.combinations(range(8), k):
            others = [j for j in range(8) if j not in support]
            sums = np.abs(np.linalg.pinv(atoms[:, support]) @ atoms[:, others]).sum(axis=0)
            worst_sum = max(worst_sum, float(sums.max()))
        return worst_sum

    k = theory.coherence_sparsity(theory.coherence(atoms))
    assert k == 1
    assert worst(k) < 1 <= worst(k + 1)
    halves = sims.simplex_halves(5, trials=10, rng=rng(0))
    assert halves.atoms.tolist() == [3.0] * 10
    assert halves.residual.max() < 1e-15
    with pytest.raises(ValueError, match="n = 4: must be odd"):
        sims.simplex_halves(4, trials=1, rng=rng(0))


@pytest.mark.parametrize("data", ["digits", "photographs"])
def test_pictures_against_whole_matrices(data):
    noise_std, clean = 0.4, sims.picture_columns(data)
    loss = sims.picture_matrix(data, noise_std, trials=1, rng=rng(4))
    noisy = clean + noise_std * rng(4).standard_normal(size=(1, 64, 600))[0]
    u, s, vt = np.linalg.svd(noisy / (noise_std * 600**0.5), full_matrices=False)
    rules = {"optimal": theory.optimal_shrinker(s, 64 / 600), "soft": np.maximum(s - 1 - (64 / 600) ** 0.5, 0)}
    for name, eta in rules.items():
        error = np.sum(((u * eta) @ vt * noise_std * 600**0.5 - clean) ** 2) / (noise_std**2 * 600)
        assert getattr(loss, name)[0] == pytest.approx(error)
    assert sum(x * x for x in sims.picture_strengths(data, noise_std)) == pytest.approx(np.sum(clean**2) / (0.16 * 600))
