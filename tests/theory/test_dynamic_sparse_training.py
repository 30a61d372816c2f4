"""Dynamic sparse training: enumeration of masks, exact recursions in fractions, mpmath, the contract's numbers."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from theory import dynamic_sparse_training as dst
from theory.normal_tails import energy_of_top


def explored_law(N, s, k, t, include_pruned):
    """The exact law of the number of weights never active, as fractions: it loses a hypergeometric count a round."""
    M = N - s + k if include_pruned else N - s
    law = {N - s: Fraction(1)}
    for _ in range(t):
        new = Counter()
        for u, p in law.items():
            for h in range(max(0, k - (M - u)), min(u, k) + 1):
                new[u - h] += p * Fraction(math.comb(u, h) * math.comb(M - u, k - h), math.comb(M, k))
        law = new
    return law


@pytest.mark.parametrize(("N", "s", "k"), [(9, 4, 2), (12, 6, 6), (7, 3, 1), (10, 8, 2), (5, 4, 1), (6, 5, 5)])
@pytest.mark.parametrize("include_pruned", [True, False])
def test_moments_of_the_explored_rate_by_the_exact_law(N, s, k, include_pruned):
    if not include_pruned and k > N - s:
        with pytest.raises(ValueError, match="k = "):
            dst.set_explored_rate(N, s, k, 1, include_pruned)
        return
    for t in range(6):
        law = explored_law(N, s, k, t, include_pruned)
        mean = sum(u * p for u, p in law.items())
        variance = sum(u * u * p for u, p in law.items()) - mean**2
        assert dst.set_explored_rate(N, s, k, t, include_pruned) == pytest.approx(float(1 - mean / N), rel=1e-13)
        assert dst.set_explored_var(N, s, k, t, include_pruned) == pytest.approx(float(variance / N**2), abs=1e-16)


def test_one_round_by_enumeration_of_all_masks_and_choices():
    """Of every initial mask, whatever is dropped (here: the first active ones), all choices of what is grown."""
    N, s, k = 6, 3, 2
    explored = []
    for mask in itertools.combinations(range(N), s):
        kept = set(mask[k:])
        for grown in itertools.combinations(sorted(set(range(N)) - kept), k):
            explored.append(len(set(mask) | set(grown)) / N)
    assert dst.set_explored_rate(N, s, k, 1) == pytest.approx(np.mean(explored))
    assert dst.set_explored_var(N, s, k, 1) == pytest.approx(np.var(explored))


def test_the_variance_keeps_its_digits_at_a_billion_weights():
    N, s, k, t = 10**9, 10**8, 3 * 10**7, 30
    with mpmath.workdps(60):
        M, U = mpmath.mpf(N - s + k), mpmath.mpf(N - s)
        mean = U * (1 - k / M) ** t
        pairs = U * (U - 1) * ((M - k) * (M - k - 1) / (M * (M - 1))) ** t
        exact = (pairs + mean - mean**2) / mpmath.mpf(N) ** 2
    assert dst.set_explored_var(N, s, k, t) == pytest.approx(float(exact), rel=1e-7)


def best_only(N, s, k, include_pruned):
    """Mean explored share, rounds, and losses at the end over all initial masks; weights N, N-1, ..., 1 in size."""
    explored, rounds, sums = [], [], []
    size = np.arange(N, 0, -1.0)
    for start in itertools.combinations(range(N), s):
        history = [frozenset(start)]
        for _ in range(2 * N):
            active = sorted(history[-1])
            kept = active[: s - k]
            candidates = [j for j in range(N) if j not in (kept if include_pruned else active)]
            history.append(frozenset(kept) | frozenset(candidates[:k]))
        explored.append(len(frozenset.union(*history)) / N)
        rounds.append(sum(a != b for a, b in zip(history, history[2:], strict=False)))
        loss = [sum(size[j] ** 2 for j in range(N) if j not in mask) for mask in history[-2:]]
        sums.append(sum(loss))
    return np.mean(explored), np.mean(rounds), sums


@pytest.mark.parametrize(("N", "s", "k"), [(8, 3, 2), (9, 4, 1), (8, 4, 4), (9, 3, 3), (10, 6, 4)])
def test_gradients_stop_exploring_by_enumeration(N, s, k):
    mean, rounds, sums = best_only(N, s, k, True)
    assert dst.rigl_explored_limit(N, s, k, True) == pytest.approx(mean)
    assert dst.rigl_rounds(N, s, k) == pytest.approx(rounds)
    size2 = np.arange(N, 0, -1.0) ** 2
    np.testing.assert_allclose(sums, 2 * size2[s:].sum())
    mean, _, sums = best_only(N, s, k, False)
    assert dst.rigl_explored_limit(N, s, k) == pytest.approx(mean)
    # The two phases together miss ranks s-k+1..s+k once and what is beyond twice, whichever way these are split.
    np.testing.assert_allclose(sums, size2[s - k :].sum() + size2[s + k :].sum())


def quadratic(S, zeta, R):
    """The loss by mpmath, given the share R explored before the last round."""
    kappa = zeta * (1 - S) / (S + zeta * (1 - S))
    q = (1 - S) * (1 - zeta) / R
    u = mpmath.sqrt(2) * mpmath.erfinv(1 - mpmath.mpf(q)) if q < 1 else mpmath.mpf(0)
    A = 2 * (u * mpmath.npdf(u) + mpmath.mpf(q) / 2)
    return float((1 - kappa) * ((1 - R) * A + 1 - A) / 2)


@pytest.mark.parametrize(("S", "zeta"), [(0.8, 0.2), (0.5, 0.5), (0.99, 0.1), (0.1, 0.9)])
def test_the_loss_against_mpmath(S, zeta):
    kappa = zeta * (1 - S) / (S + zeta * (1 - S))
    for t in (1, 2, 7):
        assert dst.set_loss(S, zeta, t) == pytest.approx(quadratic(S, zeta, 1 - S * (1 - kappa) ** (t - 1)), rel=1e-12)
    assert dst.set_loss(S, zeta, math.inf) == pytest.approx(quadratic(S, zeta, 1.0), rel=1e-12)
    assert dst.set_loss(S, zeta, 10_000) == pytest.approx(dst.set_loss(S, zeta, math.inf))
    assert dst.set_loss(S, zeta, math.inf) > dst.sparse_optimum_loss(S)


def test_values_of_the_contract():
    assert dst.set_explored_rate(1000, 100, 30, 30).round(5) == 0.66347
    assert dst.set_explored_rate(1000, 100, 30, 30, False).round(4) == 0.6745
    found = dst.set_loss(0.8, 0.2, [1, 2, 5, 10, 20, 60])
    np.testing.assert_allclose(found, [0.3814, 0.3650, 0.3276, 0.2885, 0.2478, 0.2068], atol=5.1e-5)
    # The contract's two losses are the cycle in which nothing is split; their mean is that of every cycle.
    assert dst.rigl_loss(0.8, 0.2) == pytest.approx((0.18098 + 0.17509) / 2, abs=1e-5)
    assert dst.dead_unit_fraction(100, 50, density=0.03) == pytest.approx(0.04755, abs=5e-6)
    assert dst.dead_unit_fraction(100, 50, count=150) == pytest.approx(0.04610, abs=5e-6)


def test_ends():
    np.testing.assert_allclose(dst.set_loss(0.3, 1.0, [0, 1, 5, math.inf]), 0.15)
    assert dst.sparse_optimum_loss([0.0, 1.0]).tolist() == [0.0, 0.5]
    small = 1e-9  # (1/2) E[G^2; |G| < u] = phi(0) u^3/3, u = S/(2 phi(0))
    assert dst.sparse_optimum_loss(small) == pytest.approx(small**3 * 2 * math.pi / 24, rel=1e-6)
    assert dst.rigl_loss(0.7, 0.2, include_pruned=True) == dst.sparse_optimum_loss(0.7)
    A = energy_of_top(np.array([0.36, 0.24]))
    assert dst.rigl_loss(0.7, 0.2) == pytest.approx(0.5 - A.sum() / 4)
    assert dst.rigl_rounds(5, 5, 2) == 0
    assert dst.set_explored_var(3, 2, 1, [0, 1, 2], False).tolist() == [0, 0, 0]


NETWORK = [(3, 3, 3, 64), (3, 3, 64, 128), (3, 3, 128, 256), (256, 10)]


@pytest.mark.parametrize("density", [0.01, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("kernel", [True, False])
def test_densities_keep_the_budget(density, kernel):
    found = dst.erk_densities(NETWORK, density, kernel)
    sizes = np.array([math.prod(shape) for shape in NETWORK])
    raw = np.array([sum(shape) / math.prod(shape) for shape in (NETWORK if kernel else [n[-2:] for n in NETWORK])])
    assert found @ sizes == pytest.approx(density * sizes.sum(), rel=1e-12)
    assert (found <= 1).all()
    sparse = found < 1
    np.testing.assert_allclose(found[sparse] / raw[sparse], (found[sparse] / raw[sparse])[:1].repeat(sparse.sum()))
    assert (found[~sparse] == 1).all()
    if sparse.any():
        assert (raw[~sparse] * (found[sparse] / raw[sparse])[0] >= 1 - 1e-12).all()


def test_order_does_not_matter_and_one_layer_has_the_density():
    found = dst.erk_densities(NETWORK, 0.2)
    np.testing.assert_allclose(dst.erk_densities(NETWORK[::-1], 0.2)[::-1], found, rtol=1e-14)
    assert dst.erk_densities([(7, 9)], 0.3).tolist() == [pytest.approx(0.3)]


@pytest.mark.parametrize(("n_in", "n_out"), [(2, 3), (3, 2), (1, 5), (4, 1)])
def test_dead_units_by_enumeration(n_in, n_out):
    N = n_in * n_out
    units = [frozenset(range(j * n_in, (j + 1) * n_in)) for j in range(n_out)]
    dead = {s: [np.mean([not unit & set(ones) for unit in units]) for ones in itertools.combinations(range(N), s)]
            for s in range(N + 1)}  # fmt: skip
    for s in range(N + 1):
        assert dst.dead_unit_fraction(n_in, n_out, count=s) == pytest.approx(np.mean(dead[s]), abs=1e-14)
    D = 0.3
    mixed = sum(math.comb(N, s) * D**s * (1 - D) ** (N - s) * np.mean(dead[s]) for s in range(N + 1))
    assert dst.dead_unit_fraction(n_in, n_out, density=D) == pytest.approx(mixed)


def test_dead_units_of_large_layers():
    for n_in, n_out, s in ((1000, 500, 700), (300, 2000, 5000)):
        N = n_in * n_out
        exact = Fraction(math.comb(N - n_in, s), math.comb(N, s))
        assert dst.dead_unit_fraction(n_in, n_out, count=s) == pytest.approx(float(exact), rel=1e-12)
    assert dst.dead_unit_fraction(3 * 10**6, 10, count=10**7) == pytest.approx(0.0, abs=1e-300)


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (dst.set_explored_rate, (5, 6, 1, 0), "s"),
        (dst.set_explored_rate, (5, 2, 3, 0), "k"),
        (dst.set_explored_var, (5, 4, 2, 0, False), "k"),
        (dst.set_explored_var, (5, 4, 0, 0), "k"),
        (dst.set_explored_rate, (5, 4, 2, -1), "t"),
        (dst.rigl_explored_limit, (5, 4, 2), "k"),
        (dst.rigl_rounds, (5, 4, 5), "k"),
        (dst.set_loss, (1.0, 0.5, 1), "S"),
        (dst.set_loss, (0.5, 0.0, 1), "zeta"),
        (dst.set_loss, (0.5, 0.5, 1.5), "t"),
        (dst.rigl_loss, (0.1, 0.5), "zeta"),
        (dst.erk_densities, ([], 0.5), "shapes"),
        (dst.erk_densities, ([(3,)], 0.5), "shapes"),
        (dst.erk_densities, ([(3, 4)], 0.0), "density"),
        (dst.dead_unit_fraction, (3, 4), "density"),
        (dst.dead_unit_fraction, (3, 4, 0.5, 2), "density"),
        (dst.dead_unit_fraction, (3, 4, None, 13), "count"),
    ],
)
def test_bad_input_is_named(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        function(*arguments)
