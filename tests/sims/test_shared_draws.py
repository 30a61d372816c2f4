"""Wishart factors, subspaces, scatter of classes and images against naive routes, on every backend."""

import math

import numpy as np
import pytest
import scipy.linalg
from sklearn.datasets import load_digits, load_sample_image
from sklearn.feature_extraction.image import extract_patches_2d

from sims import images, instances, scatter, subspaces, wishart
from sims.arrays import asarray, to_host
from sims.neural_collapse import nc_metrics

# --- Wishart factors --------------------------------------------------------------------------------------------------


def z_scores(sample, exact_mean, exact_variance):
    return (sample.mean(0) - exact_mean) / np.sqrt(exact_variance / len(sample))


def test_bartletts_factor_has_the_moments_of_a_gram(make_rng):
    n, p, trials = 9, 4, 6000
    L = to_host(wishart.bartlett(make_rng(0), trials, n, p))
    assert np.array_equal(L, np.tril(L))
    W = L @ L.mT
    off = ~np.eye(p, dtype=bool)
    variance = np.where(off, n, 2 * n)  # of W_ij: n (1 + delta_ij)
    assert np.abs(z_scores(W, n * np.eye(p), variance)).max() < 5
    assert np.var(W[:, 0, 0]) == pytest.approx(2 * n, rel=0.15)
    with pytest.raises(ValueError, match="n = 3: must be an integer >= p = 4"):
        wishart.bartlett(make_rng(0), 1, 3, 4)


def test_log_determinants_have_their_mean(make_rng):
    n, p, trials = 9, 4, 4000
    logs = to_host(wishart.log_determinant(make_rng(1), trials, n, p))
    halves = [(n - i) / 2 for i in range(p)]
    exact = sum(math.log(2) + scipy.special.digamma(h) for h in halves)
    spread = sum(scipy.special.polygamma(1, h) for h in halves)
    assert abs(z_scores(logs, exact, spread)) < 5


def test_the_bidiagonal_form_has_the_traces_of_a_gram(make_rng):
    n, p, trials = 9, 4, 5000
    squares = [(to_host(a), to_host(b)) for a, b in wishart.bidiagonal(make_rng(2), trials, p, n)]
    assert len(squares) == p
    assert not squares[0][1].any()
    trace = sum(a + b for a, b in squares)
    assert abs(z_scores(trace, n * p, 2 * n * p)) < 5  # a chi-square of np degrees
    # tr W^2 of the tridiagonal BB': mean np (n + p + 1).
    diagonals = np.stack([a for a, _ in squares])[::-1]  # a_0 .. a_{p-1}
    below = np.stack([b for _, b in squares])[::-1]  # b_i stands below a_i
    B = np.zeros((trials, p, p))
    for i in range(p):
        B[:, i, i] = np.sqrt(diagonals[i])
        if i + 1 < p:
            B[:, i + 1, i] = np.sqrt(below[i])
    second = np.sum((B @ B.mT) ** 2, axis=(-2, -1))
    assert abs(second.mean() - n * p * (n + p + 1)) < 5 * second.std() / math.sqrt(trials)


# --- subspaces --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("k", "l"), [(2, 2), (3, 1), (1, 4)])
def test_principal_angles_against_scipy(make_rng, k, l):
    rng = make_rng(3)
    A, B = rng.standard_normal(size=(3, 7, k)), rng.standard_normal(size=(3, 7, l))
    cosines, sines = to_host(subspaces.overlaps(A, B)), to_host(subspaces.sines(A, B))
    for a, b, c, s in zip(to_host(A), to_host(B), cosines, sines, strict=True):
        angles = np.sort(scipy.linalg.subspace_angles(a, b))
        assert c == pytest.approx(np.cos(angles), abs=1e-12)
        assert s == pytest.approx(np.sin(angles), abs=1e-12)


def test_small_angles_are_seen_and_dependent_columns_are_no_number(make_rng):
    rng = make_rng(0)
    A, B = asarray(rng, [[1.0], [0.0], [0.0]]), asarray(rng, [[1.0], [3e-12], [4e-12]])
    assert to_host(subspaces.sines(A, B)) == pytest.approx([5e-12], rel=1e-4)
    flat = asarray(rng, [[1.0, 2.0], [0.0, 0.0], [0.0, 0.0]])
    assert np.isnan(to_host(subspaces.orthonormal(flat))).all()


@pytest.mark.parametrize("shape", [(4, 9), (9, 4), (5, 5)])
def test_leading_directions_against_a_decomposition(make_rng, shape):
    Y = make_rng(4).standard_normal(size=(3, *shape))
    U, values = (to_host(a) for a in subspaces.top_directions(Y, 3))
    left, exact, _ = np.linalg.svd(to_host(Y))
    assert values == pytest.approx(exact[:, :3], rel=1e-12)
    assert np.abs(np.abs(np.sum(U * left[..., :3], axis=-2)) - 1).max() < 1e-11
    with pytest.raises(ValueError, match="k = 6: must be an integer from 1 to"):
        subspaces.top_directions(Y, 6)


def test_rotations_are_orthogonal_and_uniform(make_rng):
    Q = to_host(subspaces.haar_orthogonal(make_rng(5), 4000, 3))
    assert np.abs(Q @ Q.mT - np.eye(3)).max() < 1e-13
    assert np.abs(z_scores(Q, 0.0, 1 / 3)).max() < 5
    assert np.abs(z_scores(Q**2, 1 / 3, 4 / 45)).max() < 5
    assert abs(np.linalg.det(Q).mean()) < 5 / math.sqrt(4000)


# --- scatter ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("d", [2, 6])
def test_fuzziness_against_the_matrices(make_rng, d):
    sizes = [4, 7, 5, 6]
    x, labels = instances.classes(sizes, d, 2.0, instance=1)
    Y = np.eye(4)[labels].T
    rng = make_rng(0)
    found = to_host(scatter.fuzziness(asarray(rng, np.stack([x.T, 3 * x.T + 1])), asarray(rng, Y)))
    mean, within, between = x.mean(0), np.zeros((d, d)), np.zeros((d, d))
    for k, n in enumerate(sizes):
        rows = x[labels == k]
        within += (rows - rows.mean(0)).T @ (rows - rows.mean(0)) / len(x)
        between += n / len(x) * np.outer(rows.mean(0) - mean, rows.mean(0) - mean)
    assert found == pytest.approx(np.trace(within @ np.linalg.pinv(between, rcond=1e-10)), rel=1e-10)
    assert to_host(scatter.deviations(asarray(rng, x.T), asarray(rng, Y))) == pytest.approx(
        (x - np.stack([x[labels == k].mean(0) for k in labels])).T, abs=1e-12
    )


def test_fuzziness_is_the_number_of_classes_times_nc1_at_equal_sizes():
    x, labels = instances.classes([5, 5, 5], 6, instance=2)
    assert scatter.fuzziness(x.T, np.eye(3)[labels].T) == pytest.approx(3 * nc_metrics(x.T, labels).nc1, rel=1e-12)


# --- images -----------------------------------------------------------------------------------------------------------


def test_digits_sorted_and_standardised():
    pixels, labels = images.sorted_digits(20)
    raw = load_digits()
    assert labels.tolist() == [k for k in range(10) for _ in range(20)]
    first = np.concatenate([raw.data[raw.target == k][:20] for k in range(10)]) / 16
    assert pixels == pytest.approx(first - first.mean(0), abs=1e-15)
    assert np.bincount(images.sorted_digits(174).labels).tolist() == [174] * 10
    whole = images.standardised_digits().images
    assert whole.mean(0) == pytest.approx(np.zeros(whole.shape[1]), abs=1e-12)
    assert whole.var(0) == pytest.approx(np.ones(whole.shape[1]), rel=1e-12)
    with pytest.raises(ValueError, match="per_class = 175: must be an integer from 1 to 174"):
        images.sorted_digits(175)


def test_patches_are_tiles_of_the_photographs():
    patches = images.photo_patches(64, 120)
    assert patches.shape == (120, 64, 64)
    luma = [load_sample_image(name) @ [0.299, 0.587, 0.114] / 255 for name in ("china.jpg", "flower.jpg")]
    assert patches[0] == pytest.approx(luma[0][:64, :64])
    assert patches[10] == pytest.approx(luma[0][64:128, :64])
    assert patches[60] == pytest.approx(luma[1][:64, :64])
    known = {p.tobytes() for p in extract_patches_2d(images.photo("flower.jpg")[:128, :128], (64, 64))}
    assert patches[60].tobytes() in known
    assert len({p.tobytes() for p in patches}) == 120
    for call in (lambda: images.photo_patches(64, 121), lambda: images.photo_patches(0, 1), lambda: images.photo("x")):
        with pytest.raises(ValueError, match="must be"):
            call()
