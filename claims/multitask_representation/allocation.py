"""How to split a labelling budget over source tasks."""

from __future__ import annotations

from typing import Any

import sims.multitask_representation as sims
import theory.multitask_representation as theory
from claims import Bound, Claim, Decoy, Grid, Limit, Mean, Moments, Observation, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
CHEN = "chen2022active"
NU = (1.0, 0.7, 0.4, 0.25)
SPARSE = (1.0, 0.8, 0.6, 0.0, 0.0)
S = (1.5, 1.0, 0.7)  # singular values of W
ERRORS = Moments(skewness=1.5)  # those of a chi-square with d - k = 7 degrees of freedom

# --- the error of a split --------------------------------------------------------------------------------------------


@instance
def split(nu: tuple[float, ...], power: float, N: float, d: int) -> Named:
    """N samples in proportion to |nu_m|^power (power 0: even); three shared directions."""
    weights = [abs(value) ** power for value in nu]
    shares = tuple(N * weight / sum(weights) for weight in weights)
    return {"nu": nu, "n_m": shares, "d": d, "k": 3, "sigma2": 1.0}


predict_split, simulate_split = split.of(theory.allocation_risk), split.of(sims.allocation_risk, s=S)


def _all_dimensions(nu: tuple[float, ...], power: float, N: float, d: int) -> float:
    return float(predict_split(nu=nu, power=power, N=N, d=d)) * d / (d - 3)


def _not_inverted(nu: tuple[float, ...], power: float, N: float, d: int) -> float:
    """W'w in place of W^+ w."""
    arguments = split(nu=nu, power=power, N=N, d=d)
    W = sims.source_tasks(nu, 3, S, 0)
    return float(theory.allocation_risk(**{**arguments, "nu": W.T @ (W @ nu)}))


def _squared_samples(nu: tuple[float, ...], power: float, N: float, d: int) -> float:
    """sum nu_m^2/n_m^2, scaled to be right for an even split of its samples."""
    arguments = split(nu=nu, power=power, N=N, d=d)
    mean = N / len(nu)
    return float((d - 3) * mean * sum(value**2 / n**2 for value, n in zip(nu, arguments["n_m"], strict=True)))


ERROR = claim(
    slug="active-allocation",
    title="What a split of the budget over source tasks costs the target",
    statement=(
        r"With $n_m$ samples on source task $m$ and $\nu = W^+ w$ the representation leaves out "
        r"$\rho^2 \simeq \sigma^2 (d-k) \sum_m \nu_m^2/n_m$ of the target as the samples grow in proportion, for even "
        r"splits and those by $|\nu_m|$ and $\nu_m^2$, whatever the singular values of $W$."
    ),
    source=Source(CHEN, "nu and the nu^2 split (recalled); constant derived here", "derived"),
    kind=Limit(size="N", order=1.0, resolution=0.025),
    predict=predict_split,
    simulate=simulate_split,
    grid=Grid(
        quick=tuple(cell for power in (0, 1, 2) for cell in cells(nu=NU, power=power, d=10, N=[4e3, 8e3, 16e3])),
        full=tuple(
            cell for d in (60, 10) for nu in (NU, SPARSE[:3]) for power in (0, 0.5, 1, 2)
            for cell in cells(nu=nu, power=power, d=d, N=[6e3 * d, 12e3 * d, 24e3 * d])
        ),
    ),
    decoys=(
        Decoy("d for d-k", "sigma2 d in place of sigma2 (d-k)", _all_dimensions),
        Decoy("nu = W'w", "the inner products with the sources", _not_inverted),
        Decoy("squared samples", "sum nu_m^2/n_m^2", _squared_samples),
    ),
    tails={"value": ERRORS},
)  # fmt: skip

# --- the best split --------------------------------------------------------------------------------------------------


def predict_least(nu: tuple[float, ...], power: float, N: float, d: int) -> float:
    """The formula at the best split."""
    return theory.allocation_risk(nu, theory.optimal_allocation(nu, N), d, 3, 1.0)


def _even_is_best(nu: tuple[float, ...], power: float, N: float, d: int) -> float:
    return float(predict_split(nu=nu, power=0, N=N, d=d))


def _norms(nu: tuple[float, ...], power: float, N: float, d: int) -> float:
    return (d - 3) * len(nu) * sum(value**2 for value in nu) / N


_POWERS = cells(nu=NU, power=[0, 0.5, 1, 1.5, 2], d=10, N=1e7)

OPTIMAL = claim(
    slug="active-allocation-optimal",
    title="Labels in proportion to the size of the relevance are best",
    statement=(
        r"No split of $N$ samples by a power of $|\nu_m|$ leaves out less of the target than "
        r"$\sigma^2 (d-k) \|\nu\|_1^2/N$ to leading order, and $n_m \propto |\nu_m|$ attains it."
    ),
    source=Source("wang2023improved", "sampling by the 1-norm (recalled); optimality by Cauchy-Schwarz", "derived"),
    kind=Bound(side="lower", on="mean", resolution=0.025),
    predict=predict_least,
    simulate=simulate_split,
    grid=Grid(quick=_POWERS, full=(*_POWERS, *cells(nu=SPARSE[:3], power=[0, 0.5, 1, 1.5, 2], d=60, N=1e7))),
    decoys=(
        Decoy("even split", "no split beats the even one", _even_is_best),
        Decoy("2-norm", "sigma2 (d-k) T |nu|_2^2/N is the least", _norms),
    ),
    tails={"value": ERRORS},
)

# --- gains over the even split ---------------------------------------------------------------------------------------

BUDGET = 1e10


@instance
def budget(nu: tuple[float, ...], d: int) -> Named:
    """So many samples that the next order is far below the resolution."""
    return {"nu": nu, "N": BUDGET, "d": d, "k": 3, "sigma2": 1.0, "instance": 3}


simulate_budget = budget.of(sims.split_risks)


def next_order(nu: tuple[float, ...], d: int) -> float:
    """4 sigma2 d |nu|^2/(n_m nu_m^2 s^2) for the poorest source under the nu^2 split; s^2 >= 1/20 of those sampled.

    With more sources than dimensions the square of a source's noise moves the directions however little it counts.
    """
    least = min(value**2 for value in nu if value) / sum(value**2 for value in nu)
    return 80 * d / (BUDGET * least**2)


_NUS = (*cells(nu=NU, d=10), *cells(nu=SPARSE, d=10))
_FULL_NUS = (*_NUS, *cells(nu=[(1.0, 0.1, 0.1), (1.0, 1.0, 0.5, 0.0)], d=30))
_BECAUSE = "the next order in the noise"


def _gain(name: str) -> Any:
    return lambda nu, d: getattr(theory.allocation_gain(nu), name)


def _participation(nu: tuple[float, ...], d: int) -> float:
    return float(len(nu) * sum(v**2 for v in nu) / sum(abs(v) for v in nu) ** 2)


GAIN = claim(
    slug="active-allocation-gain",
    title="How many labels the best split saves",
    statement=(
        r"With many samples the even split leaves out $T\|\nu\|_2^2/\|\nu\|_1^2$ times as much of the target as the "
        r"split in proportion to $|\nu_m|$."
    ),
    source=Source("wang2023improved", "sampling by the 1-norm (recalled); constant derived here", "derived"),
    kind=Mean(of="uniform", per="absolute", resolution=0.02, allowance=next_order, because=_BECAUSE),
    predict=_gain("absolute"),
    simulate=simulate_budget,
    grid=Grid(quick=_NUS, full=_FULL_NUS),
    decoys=(
        Decoy("sources in use", "T/|nu|_0, the sources that are idle", _gain("squared")),
        Decoy("T", "all of the budget on the best source", lambda nu, d: float(len(nu))),
    ),
    tails={"value": ERRORS},
)

SQUARED = claim(
    slug="active-allocation-squared",
    title="Sampling by the squared relevance gains nothing unless some sources are idle",
    statement=(
        r"With many samples the even split leaves out $T/\|\nu\|_0$ times as much of the target as the split in "
        r"proportion to $\nu_m^2$: exactly as much if no $\nu_m$ is $0$."
    ),
    source=Source(CHEN, "nu^2 sampling (recalled); constant derived here", "derived"),
    kind=Mean(of="uniform", per="squared", resolution=0.02, allowance=next_order, because=_BECAUSE),
    predict=_gain("squared"),
    simulate=simulate_budget,
    grid=Grid(quick=_NUS, full=_FULL_NUS),
    decoys=(
        Decoy("as the best split", "T |nu|_2^2/|nu|_1^2", _participation),
        Decoy("never better", "the two splits are equal", lambda nu, d: 1.0),
    ),
    tails={"value": ERRORS},
)

# --- sources that are starved ----------------------------------------------------------------------------------------


@instance
def starved(smallest: float) -> Named:
    """The nu^2 split with one source of little relevance, which gets fewer samples than there are dimensions."""
    return dict(split(nu=(1.0, 0.7, smallest), power=2, N=9e4, d=60))


STARVED = claim(
    slug="active-allocation-starved",
    title="As many sources as directions: those with few samples harm less than to leading order",
    statement=(
        r"At $d = 60$, $N = 9 \cdot 10^4$ and $\nu = (1, 0.7, e)$ the split by $\nu_m^2$ leaves out less than "
        r"$\sigma^2(d-k)\,3\,\|\nu\|_2^2/N$, the less the smaller $e$: beyond $\sigma^2 d \ll n_m s^2$ no theorem "
        r"speaks."
    ),
    source=Source(CHEN, "beyond the expansion", "derived"),
    kind=Observation(trials=4096),
    predict=starved.of(theory.allocation_risk),
    simulate=starved.of(sims.allocation_risk),
    grid=Grid(quick=cells(smallest=[0.03, 0.06, 0.1, 0.2, 0.4]), full=cells(smallest=[0.03, 0.06, 0.1, 0.2, 0.4])),
    decoys=(),
)


@instance
def crowd(smallest: float) -> Named:
    """Four sources for three directions, and few samples."""
    return {"nu": (1.0, smallest, smallest, smallest), "N": 3e4, "d": 10, "k": 3, "sigma2": 1.0}


def predict_crowd(smallest: float) -> Named:
    """The leading order of the three splits."""
    nu = crowd(smallest=smallest)["nu"]
    even, gain = theory.allocation_risk(nu, [7.5e3] * 4, 10, 3, 1.0), theory.allocation_gain(nu)
    return {"uniform": even, "absolute": even / gain.absolute, "squared": even / gain.squared}


CROWD = claim(
    slug="active-allocation-starved-crowd",
    title="More sources than directions: the noise of starved ones takes over",
    statement=(
        r"At $d = 10$, $N = 3 \cdot 10^4$ and $\nu = (1, e, e, e)$ with $k = 3$ the split by $\nu_m^2$ leaves out more "
        r"than to leading order, the more the smaller $e$: the squared noise of a source turns the leading directions "
        r"however little the source counts, unless $n_m \nu_m^2 s^2 \gg \sigma^2 d \|\nu\|^2$."
    ),
    source=Source(CHEN, "beyond the expansion", "derived"),
    kind=Observation(trials=1024),
    predict=predict_crowd,
    simulate=crowd.of(sims.split_risks),
    grid=Grid(quick=cells(smallest=[0.02, 0.05, 0.1, 0.2]), full=cells(smallest=[0.01, 0.02, 0.05, 0.1, 0.2, 0.4])),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (ERROR, OPTIMAL, GAIN, SQUARED, STARVED, CROWD)
