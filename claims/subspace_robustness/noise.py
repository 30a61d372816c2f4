"""Signal and attack fitted together: the noise that their angles amplify."""

from __future__ import annotations

from typing import Any

import sims.subspace_robustness as sims
import theory.subspace_robustness as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
OURS = Source("thaker2022reverse", "setting (abstract seen); derived here", "derived")


@instance
def known(n: int, d_s: int, d_a: int, attack_norm: float, number: int) -> Named:
    """Uniform subspaces of signal and attack."""
    S, A, _, _ = sims.pair(n, d_s, d_a, instance=number)
    return {"S": S, "A": A, "noise_std": 0.1, "attack_norm": attack_norm}


def _sines(n: int, d_s: int, d_a: int, number: int) -> list[float]:
    S, A, _, _ = sims.pair(n, d_s, d_a, instance=number)
    # The squared sines are the eigenvalues of what S has outside A: their sum of inverses one by one.
    ones = [theory.recovery_noise(S[:, [k]], A, 1.0) ** -0.5 for k in range(d_s)]
    return [float(s) for s in ones]


def predict_error(n: int, d_s: int, d_a: int, attack_norm: float, number: int) -> float:
    """The formula knows nothing of the attack but its subspace."""
    S, A, _, _ = sims.pair(n, d_s, d_a, instance=number)
    return theory.recovery_noise(S, A, 0.1)


def _columns(n: int, d_s: int, d_a: int, attack_norm: float, number: int) -> float:
    return 0.01 * sum(s**-2 for s in _sines(n, d_s, d_a, number))


def _projected(n: int, d_s: int, d_a: int, attack_norm: float, number: int) -> float:
    """The attack left in: its mean share in S."""
    S, A, _, _ = sims.pair(n, d_s, d_a, instance=number)
    return 0.01 * d_s + attack_norm**2 / d_a * float(((S.T @ A) ** 2).sum())


_PAIRS = (
    *cells(n=10, d_s=3, d_a=4, attack_norm=[1.0, 100.0], number=0),
    *cells(n=20, d_s=4, d_a=2, attack_norm=1.0, number=1),
)

NOISE = claim(
    slug="decomposition-noise",
    title="What it costs to subtract an attack from a known subspace",
    statement=(
        r"Fitting $y = s + a + \sigma z$ on $S$ and $A$ together leaves $\mathrm{E}|\hat s - s|^2 = "
        r"\sigma^2\sum_k 1/\sin^2\theta_k$ over the $d_s$ principal angles, however large the attack."
    ),
    source=OURS,
    kind=Mean(resolution=0.025),
    predict=predict_error,
    simulate=known.of(sims.recovery_noise),
    grid=Grid(quick=_PAIRS, full=(*_PAIRS, *cells(n=30, d_s=[3, 10], d_a=[4, 12], attack_norm=10.0, number=[2, 3]))),
    decoys=(
        Decoy("no amplification", "sigma^2 d_s", lambda n, d_s, d_a, attack_norm, number: 0.01 * d_s),
        Decoy("column by column", "1/sin^2 of each basis vector's own angle with A", _columns),
        Decoy("projected", "the attack's shadow in S is left in", _projected),
    ),
    tails={"value": Moments(skewness=3.0)},
)

AVERAGE = claim(
    slug="decomposition-noise-average",
    title="The amplification between uniform subspaces, and where it diverges",
    statement=(
        r"For independent uniform subspaces $\mathrm{E}\sum_k 1/\sin^2\theta_k = d_s(n-d_s-1)/(n-d_s-d_a-1)$: it "
        r"diverges where signal and attack fill the space."
    ),
    source=OURS,
    kind=Mean(resolution=0.02),
    predict=theory.expected_amplification,
    simulate=sims.expected_amplification,
    grid=Grid(
        quick=(*cells(n=[16, 20], d_s=3, d_a=4), *cells(n=16, d_s=2, d_a=3)),
        full=(*cells(n=[16, 20, 40, 80], d_s=3, d_a=4), *cells(n=60, d_s=[5, 20], d_a=20)),
    ),
    decoys=(
        Decoy("no amplification", "d_s", lambda n, d_s, d_a: float(d_s)),
        Decoy("large n", "d_s n/(n - d_a)", lambda n, d_s, d_a: d_s * n / (n - d_a)),
        Decoy("roles exchanged", "d_s (n - d_a - 1)/(n - d_s - d_a - 1)",
              lambda n, d_s, d_a: d_s * (n - d_a - 1) / (n - d_s - d_a - 1)),
        Decoy("n - d_s - d_a", "without the - 1 below", lambda n, d_s, d_a: d_s * (n - d_s - 1) / (n - d_s - d_a)),
    ),
    # n >= d_s + d_a + 9: the fourth moment of the inverse exists, the eighth at n = 20.
    tails={"value": Moments(skewness=4.0)},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (NOISE, AVERAGE)
