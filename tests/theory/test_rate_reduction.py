"""Rate reduction: numbers of the contract, mpmath, exhaustive searches over spectra, and quadrature."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest

from theory import marchenko_pastur
from theory import rate_reduction as theory


def logdet(A):
    return np.linalg.slogdet(A)[1]


def definition(Z, labels, eps):
    d, m = Z.shape
    total = logdet(np.eye(d) + d / (m * eps**2) * Z @ Z.T) / 2
    for label in np.unique(labels):
        own = Z[:, labels == label]
        total -= own.shape[1] / m / 2 * logdet(np.eye(d) + d / (own.shape[1] * eps**2) * own @ own.T)
    return total


# --- rates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(4, 9), (9, 4), (1, 1)])
def test_rates_are_the_definition(shape):
    rng = np.random.default_rng(0)
    Z, labels = rng.standard_normal(shape), rng.integers(0, 2, shape[1])
    d, m = shape
    rate = logdet(np.eye(d) + d / (m * 0.3**2) * Z @ Z.T) / 2
    assert theory.coding_rate(Z, 0.3) == pytest.approx(rate, rel=1e-12)
    assert theory.rate_reduction(Z, labels, 0.3) == pytest.approx(definition(Z, labels, 0.3), rel=1e-10, abs=1e-13)
    assert theory.rate_reduction(Z, np.zeros(m, dtype=int), 0.3) == pytest.approx(0.0, abs=1e-13)


def test_pairs_of_sets():
    rng = np.random.default_rng(1)
    Z, turn = rng.standard_normal((3, 8)), np.linalg.qr(rng.standard_normal((8, 8)))[0]
    assert theory.pair_rate_reduction(Z, Z @ turn, 0.5) < 1e-14
    Y = rng.standard_normal((3, 8))
    both = np.hstack([Z, Y])
    assert theory.pair_rate_reduction(Z, Y, 0.5) == pytest.approx(
        definition(both, np.repeat([0, 1], 8), 0.5), rel=1e-11
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [((10, 10, 4, 0.5, 0.3), 0.1421306), ((6, 18, 5, 0.2, 1.0), 1.4300640), ((9, 4, 3, 1.0, 0.7), 0.0907077)],
)
def test_two_lines(cell, value):
    m1, m2, d, eps, theta = cell
    assert theory.rate_reduction_two_lines(*cell) == pytest.approx(value, abs=5e-8)
    Z = np.zeros((d, m1 + m2))
    Z[0, :m1], Z[0, m1:], Z[1, m1:] = 1, np.cos(theta), np.sin(theta)
    assert theory.rate_reduction(Z, [0] * m1 + [1] * m2, eps) == pytest.approx(value, abs=5e-8)
    assert theory.rate_reduction_two_lines(m1, m2, d, eps, 0.0) == 0


# --- the optimum ------------------------------------------------------------------------------------------------------

CASES = [
    ((12, 18), (2, 3), 8, 0.3, 2.725318066), ((10, 10, 10), (2, 2, 2), 8, 0.5, 2.704266727),
    ((20, 20), (5, 5), 10, 1.0, 0.742982156), ((20, 20), (5, 5), 10, 0.7, 1.496548543),
    ((12, 30), (4, 4), 9, 0.8, 0.888054876),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_optimum_of_the_contract(case):
    *cell, value = case
    best = theory.mcr2_optimum(*cell)
    assert best.value == pytest.approx(value, abs=5e-10)
    assert best.value >= theory.mcr2_isotropic_value(*cell)
    Z = np.zeros((cell[2], sum(cell[0])))
    row = column = 0
    for m_j, squares in zip(cell[0], best.sq_singular_values, strict=True):
        for i, x in enumerate(squares):
            Z[row, column + i] = x**0.5
            row += 1
        column += m_j
    labels = np.repeat(np.arange(len(cell[0])), cell[0])
    assert definition(Z, labels, cell[3]) == pytest.approx(best.value, rel=1e-12)


def gain(x, alpha, alpha_j):
    return (np.log1p(alpha * x) - alpha / alpha_j * np.log1p(alpha_j * x)) / 2


@pytest.mark.parametrize("case", [((12, 30), (4, 4), 9, 0.8), ((20, 20), (5, 5), 10, 1.0), ((7, 13), (3, 4), 8, 1.3)])
def test_no_spectrum_on_a_grid_is_better(case):
    # All ways to spend the energy of a class in 240 equal pieces, by dynamic programming: unequal values too.
    m_per_class, d_per_class, d, eps = case
    total, pieces = 0.0, 240
    for m_j, d_j in zip(m_per_class, d_per_class, strict=True):
        one = gain(np.arange(pieces + 1) * m_j / pieces, d / (sum(m_per_class) * eps**2), d / (m_j * eps**2))
        best = one
        for _ in range(d_j - 1):
            best = np.asarray([np.max(best[: t + 1][::-1] + one[: t + 1]) for t in range(pieces + 1)])
        total += best[-1]
    found = theory.mcr2_optimum(*case).value
    assert total <= found + 1e-13
    assert total == pytest.approx(found, rel=1e-12)  # 240 divides into 1 to 5 equal parts


def test_full_rank_above_the_threshold_and_not_just_below():
    rng = np.random.default_rng(2)
    for _ in range(300):
        d_j, gamma = int(rng.integers(1, 9)), rng.uniform(0.02, 0.98)
        m_j = int(rng.integers(d_j, 400))
        rest = max(round(m_j / gamma) - m_j, 1)
        u = theory.mcr2_precision_threshold(m_j / (m_j + rest)) * rng.uniform(1.0, 5.0)
        eps = (10 / (d_j * u)) ** 0.5
        assert theory.mcr2_optimum([m_j, rest], [d_j, 1], 10, eps).ranks[0] == d_j
    for gamma, c, rank in ((0.01, 0.2, 184), (1e-3, 0.15, 188), (1e-6, 0.08, 189)):
        u = 1.02 / (gamma * c) ** 0.5  # 2 % inside the condition with this c
        eps = (400 / (200 * u)) ** 0.5
        m_j = 10**6
        assert theory.mcr2_optimum([m_j, round(m_j / gamma) - m_j], [200, 1], 400, eps).ranks[0] == rank


def test_thresholds_and_constants():
    for gamma, u in ((0.01, 24.8548828), (0.5, 3.07002495558), (0.99, 2.1734780230)):
        assert theory.mcr2_precision_threshold(gamma) == pytest.approx(u, rel=5e-9)
    constants = {0.99: 0.213823, 0.5: 0.2122, 0.1: 0.197368, 0.01: 0.161874, 1e-4: 0.100808, 1e-6: 0.068637}
    for gamma, c in constants.items():
        assert theory.mcr2_precision_constant(gamma) == pytest.approx(c, abs=5e-7)
    for gamma, inverse in ((1e-6, 14.5693), (1e-9, 21.8100), (1e-12, 28.9985)):
        assert 1 / theory.mcr2_precision_constant(gamma) == pytest.approx(inverse, abs=5e-5)
    # Next to one the equation is 0 = 0 to rounding; its limit is not.
    limit = mpmath.findroot(lambda u: mpmath.log1p(u) - u / (1 + u) - u**2 / (1 + u) ** 2, 2.16)
    assert theory.mcr2_precision_threshold(1 - 2**-53) == pytest.approx(float(limit), rel=1e-12)
    assert theory.mcr2_precision_constant(1 - 2**-53) == pytest.approx(float(limit**-2), rel=1e-12)


@pytest.mark.parametrize("gamma", [1e-75, 1e-20, 0.3, 0.499999, 0.5, 0.999])
def test_threshold_against_mpmath(gamma):
    found = theory.mcr2_precision_threshold(gamma)
    with mpmath.workdps(200):
        g = mpmath.mpf(gamma)
        u = mpmath.findroot(
            lambda u: (mpmath.log1p(g * u) - g * u / (1 + g * u)) / g - mpmath.log1p(u) + u / (1 + u),
            (found * 0.999, found * 1.001), solver="anderson",
        )  # fmt: skip
        assert found == pytest.approx(float(u), rel=1e-12)


def test_gains_at_coarse_precision_keep_their_digits():
    value = theory.mcr2_optimum([30, 50], [3, 2], 9, 1e4).value
    with mpmath.workdps(60):
        exact = max(
            k1 * _gain(30, k1, 80, 9) + k2 * _gain(50, k2, 80, 9) for k1, k2 in itertools.product((1, 2, 3), (1, 2))
        )
    assert value == pytest.approx(float(exact), rel=1e-12)


def _gain(m_j, k, m, d):
    u = mpmath.mpf(d) / k / mpmath.mpf(10) ** 8
    g = mpmath.mpf(m_j) / m
    return (mpmath.log1p(g * u) - g * mpmath.log1p(u)) / 2


def test_free_ranks_are_the_best_of_all():
    rng = np.random.default_rng(3)
    for _ in range(40):
        m_per_class, d, eps = rng.integers(1, 6, 3).tolist(), int(rng.integers(1, 7)), rng.uniform(0.2, 2.5)
        energies = rng.uniform(0.1, 8.0, 3)
        m = sum(m_per_class)
        best = max(
            sum(
                r * gain(t / max(r, 1), d / (m * eps**2), d / (m_j * eps**2))
                for r, t, m_j in zip(ranks, energies, m_per_class, strict=True)
            )
            for ranks in itertools.product(*(range(m_j + 1) for m_j in m_per_class))
            if sum(ranks) <= d
        )
        found = theory.mcr2_free_optimum(m_per_class, energies, d, eps)
        assert found.value == pytest.approx(best, rel=1e-11, abs=1e-14)
        assert found.ranks.sum() <= d


# --- operators and the penalty ----------------------------------------------------------------------------------------


def test_operators_are_the_gradient():
    rng = np.random.default_rng(4)
    Z, labels, eps = rng.standard_normal((5, 11)), rng.integers(0, 3, 11), 0.7
    ops = theory.redunet_operators(Z, labels, eps)
    h = 1e-6
    for i, j in ((0, 0), (3, 7), (4, 10)):
        shift = np.zeros_like(Z)
        shift[i, j] = h
        quotient = (definition(Z + shift, labels, eps) - definition(Z - shift, labels, eps)) / (2 * h)
        own = int(labels[j])
        slope = (ops.E - ops.gamma[own] * ops.C[own]) @ Z[:, j]
        assert slope[i] == pytest.approx(quotient, abs=1e-8)
    alpha = 5 / (11 * eps**2)
    assert logdet(ops.E) == pytest.approx(5 * np.log(alpha) - 2 * theory.coding_rate(Z, eps), rel=1e-12)
    stacked = np.vstack([alpha**0.5 * Z, np.eye(11)])
    for z in Z.T:
        q = np.linalg.lstsq(stacked, np.concatenate([alpha**0.5 * z, np.zeros(11)]), rcond=None)[0]
        np.testing.assert_allclose(ops.E @ z, alpha * (z - Z @ q), atol=1e-13)


def test_a_step_on_orthogonal_classes():
    sigma, m_j, m, d, eps, eta = np.array([2, 1, 0.5]), 7, 16, 6, 0.6, 0.3
    Z = np.zeros((6, 16))
    Z[range(3), range(3)] = sigma
    Z[3:, 7:10] = np.diag([1.0, 2.0, 0.1])
    labels = np.repeat([0, 1], [7, 9])
    ops = theory.redunet_operators(Z, labels, eps)
    stepped = Z[:, :7] + eta * (ops.E - ops.gamma[0] * ops.C[0]) @ Z[:, :7]
    found = theory.redunet_step_sv(sigma, m_j, m, d, eps, eta)
    np.testing.assert_allclose(np.diag(stepped[:3, :3]), found, rtol=1e-13)
    assert (theory.redunet_step_sv([1e-6, 1e6], 7, 16, 6, 0.6, 0.3) >= [1e-6, 1e6]).all()


def test_regularised_maxima():
    x = theory.mcr2_regularised_sv([10, 14], 6, 0.5, 0.05)
    np.testing.assert_allclose(x, [10.209187, 6.662445], atol=5e-7)
    assert theory.mcr2_regularised_sv([8, 8, 8], 5, 0.4, 0.03)[0] == pytest.approx(21.188943, abs=5e-7)
    values = {(2, 4): 1.0238912, (4, 2): 1.3471329, (3, 3): 1.1855120, (6, 0): 1.6703746, (3, 2): 1.0687371, (0, 0): 0}
    for r, value in values.items():
        assert theory.mcr2_regularised_value(r, [10, 14], 6, 0.5, 0.05) == pytest.approx(value, abs=1e-7)
    alpha, lam = 6 / (24 * 0.25), 0.05
    for m_j, root in zip((10, 14), x, strict=True):
        alpha_j = 6 / (m_j * 0.25)
        slope = alpha / (1 + alpha * root) - alpha / (1 + alpha_j * root)
        assert slope == pytest.approx(lam, rel=1e-12)


def test_the_root_ends_at_the_largest_penalty():
    most = theory.mcr2_lambda_max([10, 14], 6, 0.5)
    alpha = 1.0
    for j, m_j in enumerate((10, 14)):
        alpha_j = 6 / (m_j * 0.25)
        assert most[j] == pytest.approx(alpha * (alpha_j**0.5 - 1) / (alpha_j**0.5 + 1), rel=1e-13)
        below, above = (theory.mcr2_regularised_sv([10, 14], 6, 0.5, most[j] * f)[j] for f in (1 - 1e-9, 1 + 1e-9))
        assert below == pytest.approx(1 / (alpha * alpha_j) ** 0.5, rel=1e-3)
        assert above == 0
    assert theory.mcr2_regularised_sv([9], 4, 0.5, 0.1).tolist() == [0.0]


# --- no structure -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beta", "eps"), [(0.3, 0.5), (1.0, 0.5), (4.0, 0.1), (0.01, 2.0), (1.5, 1e-3), (1.0, 1e-6), (1e-4, 0.5)]
)
def test_limit_against_quadrature(beta, eps):
    exact = 0.5 * float(marchenko_pastur.log_mean(1 / eps**2, beta))
    assert theory.coding_rate_limit(beta, eps) == pytest.approx(exact, rel=2e-8)


@pytest.mark.parametrize(("beta", "eps"), [(1.0, 1e-30), (0.999999, 1e-8), (3.0, 1e-40), (1e-40, 0.5), (1e40, 0.5)])
def test_limit_where_the_printed_form_cancels(beta, eps):
    with mpmath.workdps(200):
        s, b = 1 / mpmath.mpf(eps) ** 2, mpmath.mpf(beta)
        root = mpmath.sqrt(b)
        quarter = (mpmath.sqrt(s * (1 + root) ** 2 + 1) - mpmath.sqrt(s * (1 - root) ** 2 + 1)) ** 2 / 4
        V = mpmath.log1p(s - quarter) + mpmath.log1p(s * b - quarter) / b - quarter / (b * s)
    assert theory.coding_rate_limit(beta, eps) == pytest.approx(float(V / 2), rel=1e-11)


def test_null_of_the_contract_and_its_ends():
    assert theory.null_rate_reduction(1 / 3, 4, 0.5) == pytest.approx(0.16667, abs=5e-6)
    assert theory.null_rate_reduction(0.1, 3, 0.3) == pytest.approx(0.04627, abs=5e-6)
    np.testing.assert_array_equal(theory.null_rate_reduction([0.2, 3.0], 1, 0.5), [0, 0])


# --- closed loops -----------------------------------------------------------------------------------------------------


def problem(seed=0, D=15, dims=(3, 2, 3), sizes=(12, 20, 9)):
    rng = np.random.default_rng(seed)
    bases = [rng.standard_normal((D, k)) for k in dims]
    return [U @ rng.standard_normal((k, m)) for U, k, m in zip(bases, dims, sizes, strict=True)], bases


def test_the_linear_encoder_attains_the_isotropic_value():
    X_list, bases = problem()
    code = theory.linear_mcr2_encoder(X_list, bases, 8)
    Z = np.hstack([code.Enc @ X for X in X_list])
    labels = np.repeat([0, 1, 2], [12, 20, 9])
    value = theory.mcr2_isotropic_value([12, 20, 9], [3, 2, 3], 8, 0.4)
    assert definition(Z, labels, 0.4) == pytest.approx(value, rel=1e-12)
    for X in X_list:
        np.testing.assert_allclose(code.Dec @ code.Enc @ X, X, atol=1e-11)


def test_the_follower_makes_the_same_covariances_from_any_encoder():
    X_list, bases = problem(1)
    rng = np.random.default_rng(1)
    for d in (9, 4):  # injective on the data, and not
        E = rng.standard_normal((d, 15))
        G = theory.follower_decoder(E, bases)
        for X in X_list:
            assert theory.pair_rate_reduction(E @ X, E @ G @ E @ X, 0.5) < 1e-11
        if d == 9:
            np.testing.assert_allclose(G @ E @ np.hstack(X_list), np.hstack(X_list), atol=1e-10)


@pytest.mark.parametrize(
    ("u", "gains"),
    [
        ((12.0, 8.0), (0.0857725, 0.7677432, 1.1742611)), ((14.0, 14.0), (0.1212736, 0.9861995, 1.4508329)),
        ((6 / 1.96, 6 / 1.96), (0.0225132, 0.2599414, 0.4554380)),
    ],
)  # fmt: skip
def test_gains_of_the_leader(u, gains):
    np.testing.assert_allclose(theory.leader_deviation_gain(*u, [0.2, 0.8, np.pi / 2]), gains, atol=6e-8)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: theory.mcr2_optimum([4, 4], [3, 3], 5, 0.5), "d_per_class = "),
        (lambda: theory.mcr2_optimum([2, 4], [3, 1], 5, 0.5), "d_per_class = "),
        (lambda: theory.mcr2_precision_threshold(1.0), "gamma = 1.0"),
        (lambda: theory.redunet_operators(np.eye(3), [0, 1], 0.5), "labels = "),
        (lambda: theory.pair_rate_reduction(np.eye(3), np.eye(2), 0.5), "Y = "),
        (lambda: theory.mcr2_regularised_value([7, 0], [10, 14], 6, 0.5, 0.05), "r = "),
        (lambda: theory.mcr2_regularised_value([1, 1], [10, 14], 6, 0.5, 0.2), "lam = 0.2"),
        (lambda: theory.rate_reduction_two_lines(3, 3, 1, 0.5, 0.1), "d = 1"),
        (lambda: theory.linear_mcr2_encoder(*problem(), 7), "d = 7"),
        (lambda: theory.linear_mcr2_encoder(problem()[0], problem(3)[1], 8), "X_list = .*span"),
        (lambda: theory.linear_mcr2_encoder(*problem(sizes=(2, 5, 5)), 8), "X_list = .*span all"),
        (lambda: theory.follower_decoder(np.ones((3, 4)), problem()[1]), "E = "),
        (lambda: theory.follower_decoder(np.ones((3, 15)), [np.ones((15, 2))]), "bases = "),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()
