"""Products of factors, tangent kernels, Fourier designs and fast transforms against naive routes, on every backend."""

import itertools
import math

import numpy as np
import pytest
import scipy.linalg

from sims import dense_nets, factor_descent, fourier, tangent, transforms
from sims.arrays import asarray, namespace, to_host

# --- products of factors ----------------------------------------------------------------------------------------------


def test_gradients_of_a_product_are_difference_quotients(make_rng):
    rng, shapes = make_rng(0), ((3, 2), (4, 3), (2, 4))
    factors = tuple(rng.standard_normal(size=(2, *s)) for s in shapes)
    target = rng.standard_normal(size=(2, 2, 2))
    host, wanted = [to_host(w) for w in factors], to_host(target)
    found = factor_descent.gradients(factors, factor_descent.product(factors) - target)

    def loss(parts):
        return 0.5 * ((parts[2] @ parts[1] @ parts[0] - wanted) ** 2).sum((-2, -1))

    for l, gradient in enumerate(found):
        for i, j in itertools.product(*map(range, shapes[l])):
            up, down = ([w.copy() for w in host] for _ in range(2))
            up[l][:, i, j] += 1e-6
            down[l][:, i, j] -= 1e-6
            assert to_host(gradient)[:, i, j] == pytest.approx((loss(up) - loss(down)) / 2e-6, abs=1e-8)


def test_a_step_moves_all_factors_at_once_and_small_steps_keep_the_balance(make_rng):
    rng = make_rng(1)
    factors = tuple(0.5 * rng.standard_normal(size=(2, 3, 3)) for _ in range(3))
    target = rng.standard_normal(size=(2, 3, 3))
    slopes = factor_descent.gradients(factors, factor_descent.product(factors) - target)
    moved = factor_descent.descend(factors, lambda P: P - target, 0.1, 0.2)
    for new, old, g in zip(moved, factors, slopes, strict=True):
        assert np.abs(to_host(new - (0.98 * old - 0.1 * g))).max() < 1e-15
    changes = []
    for eta in (1e-2, 1e-3):
        after = factor_descent.descend(factors, lambda P: P - target, eta)
        pairs = zip(factor_descent.imbalances(after), factor_descent.imbalances(factors), strict=True)
        changes.append(max(np.abs(to_host(a - b)).max() for a, b in pairs))
    assert changes[1] == pytest.approx(changes[0] / 100, rel=1e-6)  # second order in the step


def test_one_factor_is_plain_descent(make_rng):
    W = make_rng(2).standard_normal(size=(2, 3, 4))
    (moved,) = factor_descent.descend((W,), lambda P: 2 * P, 0.25)
    assert np.abs(to_host(moved) - 0.5 * to_host(W)).max() < 1e-15


# --- tangent kernels --------------------------------------------------------------------------------------------------


def jacobian(net, x, masks):
    """Rows (samples * outputs), columns all parameters, by central differences on host copies."""
    parameters = [to_host(p).copy() for p in net.parameters]
    count = len(net.weights)

    def outputs(values):
        weights = [w if masks is None else w * m for w, m in zip(values[:count], masks or values, strict=False)]
        return dense_nets.forward(dense_nets.Net(tuple(weights), tuple(values[count:]), net.activation), x)[-1]

    columns = []
    for p in parameters:
        for index in np.ndindex(p.shape[1:]):
            p[(slice(None), *index)] += 1e-6
            up = outputs(parameters)
            p[(slice(None), *index)] -= 2e-6
            columns.append((up - outputs(parameters)) / 2e-6)
            p[(slice(None), *index)] += 1e-6
    return np.stack(columns, axis=-1)  # (T, n, outputs, parameters)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(("activation", "biases"), [("tanh", True), ("relu", False)])
def test_the_tangent_kernel_is_a_product_of_jacobians(make_rng, activation, biases, masked):
    rng = make_rng(3)
    net = dense_nets.initialise(rng, 2, (3, 5, 4, 2), activation=activation, biases=biases)
    x, x2 = rng.standard_normal(size=(4, 3)), rng.standard_normal(size=(3, 3))
    masks = None
    if masked:
        masks = [asarray(rng, 1.5 * (np.random.default_rng(l).random(tuple(w.shape)) < 0.6)) for l, w in
                 enumerate(net.weights)]  # fmt: skip
    host_masks = None if masks is None else [to_host(m) for m in masks]
    first, second = (jacobian(net, to_host(v), host_masks) for v in (x, x2))
    found = to_host(tangent.tangent_gram(net, x, x2, masks))
    assert found == pytest.approx(np.einsum("tnkp,tmkp->tnm", first, second), rel=1e-6, abs=1e-6)
    own = to_host(tangent.tangent_gram(net, x, masks=masks))
    assert own == pytest.approx(np.einsum("tnkp,tmkp->tnm", first, first), rel=1e-6, abs=1e-6)


def test_a_mask_is_asked_for_every_layer():
    net = dense_nets.initialise(np.random.default_rng(0), 1, (2, 3, 1))
    with pytest.raises(ValueError, match="masks = 1 arrays: must be 2, one a layer"):
        tangent.tangent_gram(net, np.ones((1, 2)), masks=[np.ones((2, 3))])


# --- Fourier designs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("D", "M", "shape"), [(1, 3, "ball"), (2, 4, "ball"), (3, 2, "cube"), (3, 2, "axes"),
                                              (2, 0, "ball")])  # fmt: skip
def test_modes_are_one_of_each_pair(D, M, shape):
    found = fourier.modes(D, M, shape)
    whole = set(found) | {tuple(-e for e in k) for k in found}
    inside = {
        "ball": lambda k: sum(e * e for e in k) <= M * M,
        "cube": lambda k: True,
        "axes": lambda k: sum(e != 0 for e in k) <= 1,
    }[shape]
    assert whole == {k for k in itertools.product(range(-M, M + 1), repeat=D) if inside(k)}
    assert len(whole) == 2 * len(found) - 1


def test_the_design_is_orthonormal_on_a_grid(make_rng):
    modes = fourier.modes(2, 2)
    grid = np.array(list(itertools.product(np.arange(8) / 8, repeat=2)))
    design = to_host(fourier.real_design(asarray(make_rng(0), grid[None]), modes))[0]
    assert design.shape == (64, 2 * len(modes) - 1)
    assert np.abs(design.T @ design / 64 - np.eye(design.shape[1])).max() < 1e-13
    k, point = modes[3], grid[13]
    phase = 2 * math.pi * np.dot(k, point)
    assert design[13, 3] == pytest.approx(math.sqrt(2) * math.cos(phase), abs=1e-14)
    assert design[13, 2 + len(modes)] == pytest.approx(math.sqrt(2) * math.sin(phase), abs=1e-14)
    assert fourier.real_design(grid[None], modes[:1]).shape == (1, 64, 1)
    for call in (lambda: fourier.modes(0, 1), lambda: fourier.modes(1, 1, "x"),
                 lambda: fourier.real_design(grid[None], modes[1:])):  # fmt: skip
        with pytest.raises(ValueError, match="must"):
            call()


# --- transforms -------------------------------------------------------------------------------------------------------


def test_the_haar_transform_is_an_orthogonal_matrix_and_is_undone(make_rng):
    x = make_rng(4).standard_normal(size=(2, 8, 8))
    found = transforms.haar2d(x)
    assert [d.shape for d in found.details] == [(2, 3, 4, 4), (2, 3, 2, 2), (2, 3, 1, 1)]
    flat = np.concatenate([to_host(d).reshape(2, -1) for d in found.details] + [to_host(found.average)[:, 0]], axis=1)
    assert (flat**2).sum(-1) == pytest.approx((to_host(x) ** 2).sum((-2, -1)), rel=1e-14)
    assert to_host(found.average)[:, 0, 0] == pytest.approx(8 * to_host(x).mean((-2, -1)), abs=1e-14)
    a, b, c, d = (to_host(x)[:, 2 + i, 4 + j] for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)))
    block = to_host(found.details[0])[:, :, 1, 2]
    assert block == pytest.approx(np.stack([a - b + c - d, a + b - c - d, a - b - c + d], -1) / 2, abs=1e-15)
    assert np.abs(to_host(transforms.inverse_haar2d(found)) - to_host(x)).max() < 1e-14
    with pytest.raises(ValueError, match="must be"):
        transforms.haar2d(x[:, :6, :6])


def test_butterflies_make_the_hadamard_transform(make_rng):
    x = make_rng(5).standard_normal(size=(3, 16))
    y = x
    for k in (2, 0, 3, 1):
        y = transforms.butterfly(y, k)
    assert to_host(y) == pytest.approx(to_host(x) @ scipy.linalg.hadamard(16), abs=1e-13)
    for k in range(4):
        assert np.array_equal(to_host(transforms.swap_bit(x, k)), to_host(x)[:, np.arange(16) ^ 2**k])
    for bad in (-1, 4):
        with pytest.raises(ValueError, match="must be an index bit"):
            transforms.butterfly(x, bad)


def test_slices_of_a_monarch_matrix_have_rank_one(make_rng):
    rng, m = make_rng(6), 3
    L, R = to_host(rng.standard_normal(size=(m, m, m))), to_host(rng.standard_normal(size=(m, m, m)))
    M = np.einsum("jlk,kji->ljki", L, R).reshape(9, 9)
    A = asarray(rng, np.stack([M, M.T]))
    parts = transforms.slices(A, m)
    assert np.linalg.svd(to_host(parts)[0])[1][..., 1].max() < 1e-13
    assert np.array_equal(to_host(transforms.from_slices(parts)), to_host(A))
    assert to_host(parts)[0, 1, 2] == pytest.approx(np.outer(L[1, :, 2], R[2, 1, :]), abs=1e-14)
    assert namespace(parts) is namespace(A)
    with pytest.raises(ValueError, match="must be"):
        transforms.slices(A, 2)
