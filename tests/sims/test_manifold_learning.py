"""Kernels of learning near a manifold against naive computations with the same draws."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.spatial
from sklearn.datasets import load_digits

from sims import manifold_learning as ml
from sims.fourier import modes
from sims.manifold_learning.points import revolved


def rng(seed=0):
    return np.random.default_rng(seed)


def torus_nearest(points, asked):
    return scipy.spatial.cKDTree(points, boxsize=1).query(asked)


def test_torus_distances_by_a_tree():
    found = ml.nn_distance_torus(40, 3, 2.0, queries=5, trials=4, rng=rng())
    r = rng()
    points, asked = r.random((4, 40, 3)), r.random((4, 5, 3))
    expected = [np.mean(torus_nearest(p, q)[0] ** 2) for p, q in zip(points, asked, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_sphere_distances_do_not_know_the_embedding():
    """The same points in their own space, by their angles."""
    found = ml.nn_distance_sphere(30, 2, D=50, queries=4, trials=3, rng=rng())
    r = rng()
    r.standard_normal((1, 50, 3))  # the isometry
    points, asked = r.standard_normal((3, 30, 3)), r.standard_normal((3, 4, 3))
    unit = [x / np.linalg.norm(x, axis=-1, keepdims=True) for x in (points, asked)]
    angles = np.arccos(np.einsum("tqi,tni->tqn", unit[1], unit[0]))
    np.testing.assert_allclose(found, angles.min(axis=-1).mean(axis=-1), rtol=1e-7)


def test_labels_and_values_are_those_of_the_nearest():
    error = ml.one_nn_error_torus(25, 2, queries=6, trials=5, rng=rng())
    square = ml.one_nn_mse_torus(25, 2, queries=6, trials=5, rng=rng())
    r = rng()
    points, asked = r.random((5, 25, 2)), r.random((5, 6, 2))
    for t in range(5):
        near = points[t][torus_nearest(points[t], asked[t])[1]]
        assert error[t] == pytest.approx(np.mean((near[:, 0] < 0.5) != (asked[t][:, 0] < 0.5)))
        difference = np.sin(2 * np.pi * near).sum(1) - np.sin(2 * np.pi * asked[t]).sum(1)
        assert square[t] == pytest.approx(np.mean(difference**2), rel=1e-12)


def test_gaps_of_the_circle_by_many_queries():
    found = ml.one_nn_mse_circle(6, trials=1, rng=rng(3))[0]
    points = rng(3).random((1, 6))[0][:, None]
    asked = (np.arange(20_000)[:, None] + 0.5) / 20_000
    distance = torus_nearest(points, asked)[0]
    assert found == pytest.approx(np.mean(1 - np.cos(2 * np.pi * distance)), rel=1e-5)


def test_a_disc_moved_about():
    found = ml.smooth_tasks(10, 0.2, 1, 2, queries=1, trials=1, rng=rng(2))
    r = rng(2)
    points, asked = r.random((10, 2)), r.random((1, 2))
    step = points[torus_nearest(points, asked)[1][0]] - asked[0]
    step -= np.round(step)
    grid = (np.stack(np.meshgrid(np.arange(700), np.arange(700)), -1) + 0.5) / 700 - 0.5

    def inside(x):
        x = x - np.round(x)
        return (x**2).sum(-1) < 0.04

    assert found.disc[0] == pytest.approx(math.sqrt(10) * np.mean(inside(grid) != inside(grid + step)), abs=0.01)
    assert found.wave[0] == pytest.approx(10 * (1 - math.cos(2 * math.pi * (step @ [1, 2]))), rel=1e-12)


def test_the_surface_is_sampled_by_area():
    x = revolved(rng(), 1, 200_000, 0.6)[0]
    radius = np.hypot(x[:, 0], x[:, 1])
    np.testing.assert_allclose((radius - 1) ** 2 + x[:, 2] ** 2, 0.36, rtol=1e-12)
    # cos of the tube's angle has the mean ratio/2 under 1 + ratio cos.
    assert np.mean((radius - 1) / 0.6) == pytest.approx(0.3, abs=0.01)


def test_ratios_by_hand():
    found = ml.log_ratios(12, 2, 4, trials=2, rng=rng())
    r = rng()
    points, asked = r.random((2, 12, 2)), r.random((2, 1, 2))
    for t in range(2):
        T = scipy.spatial.cKDTree(points[t], boxsize=1).query(asked[t][0], k=4)[0]
        assert found[t] == pytest.approx(np.mean(np.log(T[3] / T[:3])), rel=1e-12)


def test_series_by_fitting_and_integrating():
    """The estimate as a function on a grid; the noise adds its expectation."""
    n, M = 30, 2
    found = ml.series_risk(n, 1, 1.0, M, 4, 0.0, D=6, trials=1, rng=rng(5))[0]
    noisy = ml.series_risk(n, 1, 1.0, M, 4, 0.7, D=6, trials=1, rng=rng(5))[0]
    r = rng(5)
    angle = 2 * np.pi * r.random((1, 4))
    x = r.random((1, n, 1))[0, :, 0]
    k = np.arange(1, 5)
    a = np.sqrt(k**-3.0 / (2 * np.sum(k**-3.0)))
    grid = (np.arange(4000) + 0.5) / 4000

    def f(at):
        return np.sum(2 * a * np.cos(2 * np.pi * k * at[:, None] - angle), axis=1)

    estimate = sum(
        np.mean(f(x) * np.exp(-2j * np.pi * m * x)) * np.exp(2j * np.pi * m * grid) for m in range(-M, M + 1)
    ).real
    assert found == pytest.approx(np.mean((estimate - f(grid)) ** 2), rel=1e-9)
    assert noisy - found == pytest.approx(0.7 * (2 * M + 1) / n, rel=1e-12)


def test_bernoulli_polynomials_have_the_coefficients_that_are_said():
    """With the points of a fine grid for random ones nothing but the tail is left."""

    class Grid:
        def random(self, size):
            return np.broadcast_to((np.arange(size[1]) + 0.5) / size[1], size)

    for degree, power in (("one", 2), ("two", 4)):
        left = ml.bernoulli_risk.declared(20_000, 3, degree, 0.0, trials=1, rng=Grid())[0]
        k = np.arange(1, 100_000)
        assert left == pytest.approx(1 - np.sum(k[:3] ** -float(power)) / np.sum(k ** -float(power)), rel=1e-4)


def test_the_network_is_the_interpolant():
    N = 16
    found = ml.relu_interpolation(N, "sine", trials=1, rng=rng())
    x = (np.arange(64_000) + 0.5) / 64_000
    knots = np.arange(N + 1) / N
    off = np.interp(x, knots, np.sin(2 * np.pi * knots)) - np.sin(2 * np.pi * x)
    norm = 4 * np.pi**2 / math.sqrt(2)
    assert found.value[0] == pytest.approx(N**2 * math.sqrt(np.mean(off**2)) / norm, rel=1e-5)


def test_the_ridge_is_that_of_the_plain_kernel():
    """Rotation and shift in R^D change nothing; the FFT gives the same spectrum."""
    for seed in (0, 1):
        risk = ml.torus_ridge_risk(9, 1, 4, "matern32", 1.0, 1.0, 0.3, 0.01, trials=2, rng=rng(seed))
        assert np.ptp(risk) < 1e-14
    chosen, a = ml.torus_modes(1, 4)
    x = np.arange(9) / 9
    phase = 2 * np.pi * x[:, None] * np.array(chosen).T
    points = np.concatenate([a * np.cos(phase), a * np.sin(phase)], axis=1)
    r = scipy.spatial.distance.cdist(points, points)
    K = (1 + math.sqrt(3) * r) * np.exp(-math.sqrt(3) * r)
    mu = ml.spectral_decay(2, 9, 1, 4, "matern32", 1.0, trials=1, rng=rng())[0]
    wave = np.cos(2 * np.pi * 2 * x)
    assert mu == pytest.approx(wave @ K @ wave / (wave @ wave) / 9, rel=1e-12)
    S = K @ np.linalg.inv(K + 0.09 * np.eye(9))
    assert len(modes(1, 4, "cube")) == 5
    assert risk[0] > 0.3 * np.sum(S**2) / 9


def test_the_best_ridge_is_no_worse_than_its_neighbours_and_says_when_it_is_at_an_end():
    found = ml.best_ridge_risk(64, 1, 4, "laplace", 1.0, 1.0, 0.25, trials=2, rng=rng())
    assert (found.missed < 0.1).all()
    # Noise so large that the whole function is given up: the best ridge is beyond the search.
    assert np.isinf(ml.best_ridge_risk(64, 1, 4, "laplace", 1.0, 1.0, 1e9, trials=1, rng=rng()).missed).all()


def test_distances_between_digits():
    found = ml.digits_neighbours(40, 5, trials=2, rng=rng())
    images = load_digits().data / 16
    order = np.argsort(rng().random((2, 1797)), axis=1)
    for t in range(2):
        apart = scipy.spatial.distance.cdist(images[order[t, :5]], images[order[t, 5:45]])
        assert found.distance[t] == pytest.approx(apart.min(1).mean(), rel=1e-12)
        slope = math.log2(apart.min(1).mean() / apart[:, :20].min(1).mean())
        assert found.slope[t] == pytest.approx(slope, rel=1e-9)
        first = np.sort(apart, axis=1)[:, :10]
        assert found.dimension[t] == pytest.approx(1 / np.mean(np.log(first[:, 9:] / first[:, :9])), rel=1e-9)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: ml.nn_distance_sphere(5, 3, D=3, trials=1, rng=rng()), "D"),
        (lambda: ml.nn_distance_noisy(5, 3, 3, 0.1, trials=1, rng=rng()), "D"),
        (lambda: ml.log_ratios(5, 1, 6, trials=1, rng=rng()), "k"),
        (lambda: ml.smooth_tasks(5, 0.3, 1, 1, trials=1, rng=rng()), "radius"),
        (lambda: ml.series_risk(5, 1, 1.0, 4, 3, 0.1, trials=1, rng=rng()), "M"),
        (lambda: ml.torus_ridge_risk(8, 1, 4, "gauss", 1.0, 1.0, 0.1, 0.1, trials=1, rng=rng()), "N"),
        (lambda: ml.best_ridge_risk(10, 2, 4, "gauss", 1.0, 1.0, 0.1, trials=1, rng=rng()), "n"),
        (lambda: ml.torus_modes(2, 10), "D"),
        (lambda: ml.digits_neighbours(41, trials=1, rng=rng()), "n"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        call()
