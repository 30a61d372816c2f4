"""Kernels of random networks as sketches against the slow way with the same draws, and literal networks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sims import concept_sketching as cs
from sims.concept_sketching.kernels import NODES, _legendre

S = [[0.5, 1.0, 1.0], [-0.2, 0.3, 1.0]]
T = [[-1.0, 0.2, 1.0], [0.1, -0.4, 1.0], [0.7, 0.0, 1.0]]


def rng(seed=0):
    return np.random.Generator(np.random.SFC64(seed))


def relu(z):
    return np.maximum(z, 0)


def within(found, expected, errors=5.0):
    assert abs(found.mean() - expected) < errors * found.std() / len(found) ** 0.5


# --- one layer -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [0, 1, 2])
def test_kernels_are_inner_products_of_layers(order):
    x, y = [0.3, -1.0, 2.0], [1.0, 0.5, 0.2]
    found = cs.arccos_kernel(x, y, order, 5, trials=4, rng=rng(3))
    W = rng(3).standard_normal((4, 5, 3))
    power = (lambda z: 1.0 * (z > 0), relu, lambda z: relu(z) ** 2)[order]
    np.testing.assert_allclose(found, 2 * np.mean(power(W @ x) * power(W @ y), axis=1), rtol=1e-12)


def test_the_variance_is_over_layers():
    x, y = [0.3, -1.0], [1.0, 0.5]
    found = cs.kernel_variance(x, y, 5, 4, trials=3, rng=rng())
    W = rng().standard_normal((3, 4, 5, 2)) * (2 / 5) ** 0.5
    products = np.sum(relu(W @ x) * relu(W @ y), axis=-1)
    np.testing.assert_allclose(found, products.var(axis=-1, ddof=1), rtol=1e-12)


def test_hashes_are_signs():
    x, y = [0.3, -1.0], [1.0, 0.5]
    g = rng().standard_normal((6, 10, 2))
    found = cs.simhash_collision(x, y, 10, trials=6, rng=rng())
    np.testing.assert_array_equal(found, np.mean(np.sign(g @ x) == np.sign(g @ y), axis=1))


# --- depth -----------------------------------------------------------------------------------------------------------


def test_the_chain_has_the_law_of_literal_networks():
    """Correlations of three literal layers of width 8, against the chain: means and spreads at each layer."""
    draws, nets = rng(1), 6000
    h = np.broadcast_to(np.array([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]]).T, (nets, 3, 2))
    literal = []
    for _ in range(3):
        W = draws.standard_normal((nets, 8, h.shape[1])) * (2 / 8) ** 0.5
        h = relu(W @ h)
        gram = h.mT @ h
        with np.errstate(invalid="ignore"):  # a layer without an active neuron
            literal.append(gram[:, 0, 1] / np.sqrt(gram[:, 0, 0] * gram[:, 1, 1]))
    alive = np.isfinite(literal).all(axis=0)
    found = cs.depth_correlation(0.6, 3, 8, trials=nets, rng=rng(2))
    assert (found[:, 0] == 0.6).all()
    found = found[np.isfinite(found).all(axis=1)]
    for layer in range(3):
        one, two = literal[layer][alive], found[:, layer + 1]
        assert abs(one.mean() - two.mean()) < 5 * np.hypot(one.std(), two.std()) / nets**0.5
        grid = np.linspace(0, 1, 21)
        gap = [np.mean(one < g) - np.mean(two < g) for g in grid]
        assert np.abs(gap).max() < 2.5 * (2 / nets) ** 0.5


def test_equal_inputs_stay_equal():
    np.testing.assert_allclose(cs.depth_correlation(1.0, 4, 16, trials=5, rng=rng()), 1.0, rtol=1e-12)


def test_the_quadrature_is_exact_for_polynomials():
    for degree in (0, 1, 7, 2 * NODES - 1):
        assert sum(w * x**degree for x, w in _legendre(NODES)) == pytest.approx(1 / (degree + 1), rel=1e-13)


@pytest.mark.parametrize("rho0", [-1.0, -0.5, 0.0, 0.8])
def test_a_layers_distance_by_many_directions(rho0):
    t = math.acos(rho0)
    a = (np.arange(200_000) + 0.5) / 200_000 * 2 * math.pi
    brute = 2 * np.mean((relu(np.cos(a)) - relu(np.cos(a - t))) ** 2)
    assert cs.depth_distance(rho0, 1, trials=1, rng=rng())[0] == pytest.approx(brute, rel=1e-8)


# --- sets ------------------------------------------------------------------------------------------------------------


def test_sketches_are_means_of_layers():
    W = rng().standard_normal((4, 6, 3))
    a, b = relu(W @ np.transpose(S)).mean(-1), relu(W @ np.transpose(T)).mean(-1)
    options = {"trials": 4}
    np.testing.assert_allclose(cs.set_kernel(S, T, 6, **options, rng=rng()), 2 * (a * b).mean(1), rtol=1e-12)
    np.testing.assert_allclose(cs.set_distance(S, T, 6, **options, rng=rng()), 2 * ((a - b) ** 2).mean(1), rtol=1e-12)
    gap = W @ (np.mean(S, axis=0) - np.mean(T, axis=0))
    np.testing.assert_allclose(cs.linear_distance(S, T, 6, **options, rng=rng()), (gap**2).mean(1), rtol=1e-12)
    cosine = (a * b).sum(1) / np.sqrt((a * a).sum(1) * (b * b).sum(1))
    expected = 1 - np.arccos(cosine) / math.pi
    np.testing.assert_allclose(cs.sketch_collision(S, T, 6, **options, rng=rng()), expected, rtol=1e-12)
    hashed = cs.hashed_collision(S, T, 6, 4000, **options, rng=rng())
    np.testing.assert_allclose(hashed.given_sketches, expected, rtol=1e-12)
    np.testing.assert_allclose(hashed.collision, expected, atol=5 * 0.5 / 4000**0.5)


def test_parabolas_have_the_centroid_that_is_said():
    points = np.array(cs.parabola((0.3, 0.7, -2.0)))
    np.testing.assert_allclose(points.mean(axis=0), [0, 0.3 - 2 * 208 / 625, 1], atol=1e-15)
    np.testing.assert_allclose(points[:, 1], 0.3 + 0.7 * points[:, 0] - 2 * points[:, 0] ** 2, rtol=1e-13)


def test_retrieval_finds_what_is_apart_and_shares_what_is_one():
    far = cs.set_retrieval([(3.0, 0.0, 0.0), (-3.0, 0.0, 0.0), (0.0, 3.0, 0.0)], 256, 256, trials=20, rng=rng())
    assert (far.relu == 1).all()
    same = cs.set_retrieval([(1.0, 0.0, 0.0)] * 4, 16, trials=20, rng=rng())
    np.testing.assert_allclose(same.linear, 0.25)
    np.testing.assert_allclose(same.relu, 0.25)


# --- many in one -----------------------------------------------------------------------------------------------------


def test_nothing_else_and_nothing_lost_is_read_exactly():
    assert cs.sketch_error(3, 7, 1.0, 2.0, 0.0, objects=1, trials=20, rng=rng()).max() < 1e-25
    np.testing.assert_allclose(cs.sketch_gain(3, 7, 1.0, 2.0, 0.0, objects=1, trials=20, rng=rng()), 1, rtol=1e-12)


def test_reading_has_the_mean_of_a_literal_sketch():
    """Every frame drawn whole, by QR with signs set right; a fixed set of coordinates erased, not a random one."""
    d, D, kept, nets = 2, 6, 3, 20_000
    frames, r = np.linalg.qr(rng(5).standard_normal((3, nets, D, d)))
    frames *= np.sign(np.diagonal(r, axis1=-2, axis2=-1))[..., None, :]
    x = np.array([[1.0, 0.0], [0.6, 0.8], [-1.0, 0.0]])
    sketch = np.einsum("itkd,id->tk", frames, x)
    read = np.einsum("tkd,tk->td", frames[0][:, :kept], sketch[:, :kept]) * D / kept
    errors = np.sum((read - x[0]) ** 2, axis=1)
    found = cs.sketch_error(d, D, kept / D, 1.0, 2.0, objects=3, trials=nets, rng=rng(6))
    assert abs(errors.mean() - found.mean()) < 5 * np.hypot(errors.std(), found.std()) / nets**0.5


def test_frames_of_qr_are_not_uniform_until_their_signs_are():
    """As LAPACK gives them their mean is not zero, so that two other objects add up where they should not."""
    d, D, nets = 2, 6, 20_000
    found = []
    for corrected in (False, True):
        frames, r = np.linalg.qr(rng(7).standard_normal((3, nets, D, d)))
        if corrected:
            frames *= np.sign(np.diagonal(r, axis1=-2, axis2=-1))[..., None, :]
        read = np.einsum("tkd,tk->td", frames[0], frames[1][..., 0] + frames[2][..., 0])
        errors = np.sum(read**2, axis=1)
        found.append((errors.mean() - 2 * d / D) / (errors.std() / nets**0.5))
    assert abs(found[1]) < 5
    assert found[0] > 10


def test_masks_keep_what_is_said():
    from sims.concept_sketching.recursive import _mask

    assert (_mask(rng(), 50, 12, 0.25, "exact").sum(axis=1) == 3).all()
    loose = _mask(rng(), 4000, 12, 0.25, "independent").sum(axis=1)
    assert loose.std() == pytest.approx((12 * 0.25 * 0.75) ** 0.5, rel=0.06)
    assert cs.sketch_error(2, 4, 0.3, 1.0, 0.0, "independent", 1, trials=3, rng=rng()).shape == (3,)


def test_one_parent_is_one_level():
    found = cs.two_level_error(2, 6, 2.0, 1, 3, trials=20_000, rng=rng())
    flat = cs.sketch_error(2, 6, 1.0, 1.0, 2.0, objects=3, trials=20_000, rng=rng(1))
    assert abs(found.mean() - flat.mean()) < 5 * np.hypot(found.std(), flat.std()) / 20_000**0.5


def test_one_object_is_always_found():
    assert cs.sketch_retrieval(4, 12, 1.0, 1, trials=30, rng=rng()).all()
    hard = cs.sketch_retrieval(4, 12, 0.25, 40, items=50, trials=2000, rng=rng())
    within(hard, 0.04, 10)  # hardly more than chance, 1/50


# --- domains ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kernel", "arguments", "name"),
    [
        (cs.arccos_kernel, ([1.0], [1.0], 3), "order"),
        (cs.arccos_kernel, ([1.0], [1.0, 2.0], 1), "y"),
        (cs.kernel_variance, ([1.0], [1.0], 3, 1), "copies"),
        (cs.depth_correlation, (1.5, 2), "rho0"),
        (cs.depth_distance, (0.0, 0), "depth"),
        (cs.set_kernel, (S, [[1.0]]), "T"),
        (cs.sketch_error, (5, 4, 1.0, 1.0, 0.0), "d"),
        (cs.sketch_error, (2, 4, 0.3, 1.0, 0.0), "q"),
        (cs.sketch_error, (2, 4, 0.5, 1.0, 1.0, "exact", 1), "objects"),
        (cs.sketch_error, (2, 4, 0.5, 1.0, 1.0, "both"), "erasure"),
        (cs.sketch_gain, (5, 4, 1.0, 1.0, 0.0), "d"),
        (cs.two_level_error, (5, 4, 1.0), "d"),
        (cs.two_level_error, (2, 4, 1.0, 1, 1), "leaves"),
        (cs.sketch_retrieval, (5, 4, 1.0, 2), "d"),
    ],
)
def test_bad_input_is_named(kernel, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        kernel(*arguments, trials=2, rng=rng())
