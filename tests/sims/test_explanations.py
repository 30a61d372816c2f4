"""Kernels of explanations against the naive way, and what must hold on every draw."""

from __future__ import annotations

import numpy as np
import pytest

from sims import explanations as ex
from sims import images
from sims.explanations.digits import _flat, _unflat, classifier
from sims.explanations.edges import _inside
from sims.explanations.haar import _spans, _tensor_basis
from sims.explanations.precision import _onto_simplex
from sims.explanations.wavelets import _pieces, analyse, synthesise, taps
from sims.transforms import haar2d


def rng(seed=0):
    return np.random.default_rng(seed)


def test_a_redraw_in_distribution_has_the_joint_law():
    """x_S of the input with the redrawn rest is again a draw of N(0, Sigma)."""
    from sims.explanations.rde import _redrawn, _root

    Sigma = ex.gaussian_problem(3).Sigma
    root = _root(rng(), Sigma)
    x, z = rng(1).standard_normal((2, 200_000, 3)) @ root.T
    drawn = _redrawn(root, z, x, [2, 0], "conditional")
    np.testing.assert_array_equal(drawn[:, [0, 2]], x[:, [0, 2]])
    np.testing.assert_allclose(drawn.T @ drawn / len(drawn), Sigma, atol=0.02)


@pytest.mark.parametrize("mode", ["conditional", "marginal"])
def test_everything_kept_and_nothing_kept(mode):
    p = ex.gaussian_problem(4)
    assert (ex.rde_distortion(*p, [0, 1, 2, 3], mode, trials=5, rng=rng()) == 0).all()
    root = np.linalg.eigh(p.Sigma)
    z = rng(3).standard_normal((5, 4)) @ (root[1] * np.sqrt(root[0])).T
    found = ex.rde_distortion(*p, [], mode, trials=5, rng=rng(3))
    np.testing.assert_allclose(found, ((p.x - p.mu - z) @ p.w) ** 2)


def test_enumeration_knows_correlations():
    """Two equal coordinates: keeping one keeps both, whatever their own weights."""
    Sigma = np.array([[1.0, 0.999, 0], [0.999, 1, 0], [0, 0, 1]])
    found = ex.subset_search([2.0, 2.0, 1.0], Sigma, 2, trials=2, rng=rng())
    np.testing.assert_allclose(found, 2 * 4 * (1 - 0.999**2), rtol=1e-9)


def test_descents_that_stop_early_say_so():
    """A flat direction, and inputs so near that the splitting is not done after its steps."""
    found = ex.rde_soft_mask([1.0, 1e-3], [1.0, 1.0], 1e-9, trials=2, rng=rng())
    assert np.abs(found.s[:, 1] - (1 - 1e-9 / 4e-6)).max() > 1e-4
    assert found.stationarity.min() > 1e-12  # the claim's limit
    found = ex.unseen_error(2, 1.0, 0.001, 20, "thresholding", trials=8, rng=rng())
    assert found.error.max() > 1e-3
    assert found.certificate.max() > 1e-7


def test_spans_and_the_tensor_basis_by_hand():
    x = rng().standard_normal((8, 8))
    spans = _spans(x)
    assert [s.shape for s in spans] == [(7, 7), (5, 5), (1, 1)]
    assert spans[1][2, 3] == x[2:6, 3:7].max() - x[2:6, 3:7].min()
    rows = np.array(_tensor_basis(8))
    np.testing.assert_allclose(rows @ rows.T, np.eye(8), atol=1e-15)


def test_a_picture_without_constant_squares_gives_no_peak():
    assert np.isnan(ex.haar_mask_peak(rng().standard_normal((8, 8)), trials=2, rng=rng())).all()


@pytest.mark.parametrize("name", ["rectangles", "posterised"])
def test_a_mask_that_is_not_on_coefficients_is_seen(name):
    x = ex.picture(name, 32, instance=83)
    assert (ex.haar_mask_peak(x, trials=20, rng=rng()) == 0).all()
    assert (ex.haar_mask_peak(x, "tensor", trials=20, rng=rng()) > 1e-3).all()
    assert (ex.haar_mask_peak(x, "square", "any", trials=20, rng=rng()) > 1e-3).all()


def test_pictures():
    assert ex.picture("photograph", 32, instance=5).shape == (32, 32)
    assert np.array_equal(ex.picture("photograph", 16, instance=3), images.photo_patches(16, 2080)[3])
    assert len(np.unique(ex.picture("posterised", 32, instance=83))) == 4
    shown = ex.masked_pictures(ex.picture("rectangles", 16), 1.0, trials=2, rng=rng())
    np.testing.assert_allclose(shown.haar, shown.picture, atol=1e-14)
    np.testing.assert_array_equal(shown.pixel, shown.picture)


def test_neighbours_inside_one_square_by_hand():
    x = np.zeros((4, 4))
    x[0, 3] = 1.0
    right, lower = _inside(x)
    # The two left squares and the lower right are constant; of larger ones none.
    np.testing.assert_array_equal(right, [[1, 0, 0], [1, 0, 0], [1, 0, 1], [1, 0, 1]])
    np.testing.assert_array_equal(lower, [[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]])
    found = ex.haar_mask_borders(x, 0.5, trials=50, rng=rng())
    assert (found.inside == 0).all()
    assert found.across.max() > 0


def test_digits_as_a_row_of_coefficients():
    x = rng().standard_normal((3, 8, 8))
    np.testing.assert_allclose(_unflat(_flat(x)), x, atol=1e-14)
    np.testing.assert_allclose(_flat(x)[:, :48], haar2d(x).details[0].reshape(3, -1))
    model = classifier()
    from sims import digits

    data = digits.load()
    right = np.argmax(data.images @ model.W.T + model.b, axis=1) == data.labels
    assert right.mean() > 0.93
    for parts in ("pixels", "coefficients"):
        whole = ex.kept_digits(64, parts, trials=20, rng=rng())
        np.testing.assert_allclose(whole.retained, 1, rtol=1e-12)
        assert (whole.new_edges == 0).all()
        assert (whole.decided == 1).all()


@pytest.mark.parametrize("p", [1, 2, 4, 7])
def test_bauers_filter_is_orthonormal_with_vanishing_moments(p):
    h, k = np.array(taps(p)), np.arange(2 * p)
    shifts = [np.sum(h[: 2 * p - 2 * m] * h[2 * m :]) for m in range(p)]
    np.testing.assert_allclose(shifts, [1.0] + [0.0] * (p - 1), atol=1e-12)
    np.testing.assert_allclose([np.sum((-1.0) ** k * (k / p) ** i * h) for i in range(p)], 0, atol=1e-12)


def test_shifts_analyse_and_synthesise():
    x = rng().standard_normal((2, 48))
    details, average = analyse(x, 3, 3)
    assert [d.shape for d in details] == [(2, 24), (2, 12), (2, 6)]
    assert average.shape == (2, 6)
    np.testing.assert_allclose(sum(np.sum(d**2) for d in [*details, average]), np.sum(x**2))
    np.testing.assert_allclose(synthesise(details, average, 3), x, atol=1e-13)
    h = np.array(taps(3))
    np.testing.assert_allclose(analyse(x, 3, 1)[1][0, 23], h @ x[0, [46, 47, 0, 1, 2, 3]])


def test_pieces_are_polynomials_with_jumps():
    x, distance = _pieces(rng(), 4, 96, 2)
    assert distance.min() == 0
    third = np.diff(x, 3, axis=-1)
    middle = distance[:, 1:-2] >= 2
    assert np.abs(third[middle]).max() < 1e-13
    assert (np.abs(np.diff(x, axis=-1)).max(axis=-1) > 0.3).all()


def test_a_margin_too_small_is_seen():
    for p, levels in ((1, 3), (2, 2), (3, 3)):
        g = (2**levels - 1) * (2 * p - 1)
        assert ex.mask_change(p, levels, g, trials=4, rng=rng()).inside.max() < 1e-13
        assert ex.mask_change(p, levels, g - 1, trials=4, rng=rng()).inside.min() > 1e-11


def test_simplex_projection():
    v = rng().standard_normal((50, 4))
    found = _onto_simplex(v)
    np.testing.assert_allclose(found.sum(axis=-1), 1)
    assert found.min() >= 0
    # The nearest point: moving towards any corner does not come closer.
    for corner in np.eye(4):
        assert np.sum((v - found) * (corner - found), axis=-1).max() < 1e-12


def test_the_ball_says_when_it_is_not_the_smallest():
    from sims.explanations import precision

    found = ex.unseen_radius(5, 1.0, 0.1, trials=4, rng=rng())
    assert found.gap.max() <= 1e-13
    assert precision.until(lambda w: w, np.zeros((2, 1)), lambda w: np.ones(2), 1e-13, 10)[1].min() == 1


@pytest.mark.parametrize("solver", ["interior point", "thresholding", "least squares"])
def test_solvers_solve_what_they_see(solver):
    """With enough bits and well separated inputs the error is that of rounding, but for least squares."""
    found = ex.unseen_error(3, 1.5, 0.25, 10, solver, trials=3, rng=rng())
    assert found.certificate.max() < 1e-9
    assert (found.error.max() < 1e-8) == (solver != "least squares")


def test_reconstructions_have_the_singular_values_asked_for():
    from sims.explanations.stability import _operators

    A, right = _operators(rng(), 3, [2.0, 0.5], 4)
    np.testing.assert_allclose(np.linalg.svd(A, compute_uv=False), [[2.0, 0.5]] * 3)
    np.testing.assert_allclose(np.linalg.norm(A @ right, axis=-2), [[2.0, 0.5]] * 3)


def test_blur_by_convolution():
    """The bound of a row with a wave is below the gain at its frequency, which is the slope."""
    found = ex.blurred_photographs(1e-3, 1.0, 6, trials=40, rng=rng())
    sigma = np.exp(-0.5 * (2 * np.pi * 6 / 32) ** 2)
    np.testing.assert_allclose(found.slope, sigma / (sigma**2 + 1e-3), rtol=1e-9)
    assert (found.bound < found.slope).all()
