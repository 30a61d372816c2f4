"""The balance loss: its infimum, the router that approaches it, and routers that know nothing."""

from __future__ import annotations

import sims.mixture_of_experts as sims
import theory.mixture_of_experts as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Mean, Moments, Source, cells, declared_in

claim = declared_in(__name__)
SWITCH = Source("fedus2022switch", "equations 4-6", "recalled")
DERIVED = Source("fedus2022switch", "loss of equations 4-6 recalled; statement derived here", "derived")


def _four_over(E: int) -> float:
    return 4 / E


INFIMUM = claim(
    slug="balance-loss",
    title="The balance loss has its infimum far from balance, at about 4/E",
    statement=(
        r"A numerical search over routers whose tokens go to their most probable expert reaches "
        r"$\min_m E/(m(E-m+1))$ for $E \ge 3$ and $7/8$ for $E = 2$, and never less."
    ),
    source=Source("fedus2022switch", "loss recalled; infimum derived, proved for E = 2, else searched", "derived"),
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=4, reach=0.999),
    predict=lambda E: {"value": theory.aux_loss_infimum(E)},
    simulate=sims.aux_loss_infimum,
    grid=Grid(quick=cells(E=[2, 3, 4, 5, 6, 7, 8]), full=cells(E=[2, 3, 4, 5, 6, 7, 8, 9, 10, 12])),
    decoys=(
        Decoy("one at balance", "the loss is least, 1, at balance", lambda E: {"value": 1.0}),
        Decoy("asymptote", "4/E", lambda E: {"value": _four_over(E)}),
    ),
)

BUILT = claim(
    slug="balance-loss-construction",
    title="Even dispatch to half of the experts costs less than balance",
    statement=(
        r"With tokens dispatched evenly to $m$ experts, each token giving its own expert $1/r + \varepsilon$ and the "
        r"$E - m$ unused ones the rest in equal parts, $r = E-m+1$, the loss is $\frac Em(\frac1r + \varepsilon)$."
    ),
    source=DERIVED,
    kind=Identity(tolerance=1e-9, trials=4),
    predict=lambda E, m, eps: {"aux": theory.aux_loss(*theory.aux_loss_construction(E, m, eps))},
    simulate=sims.constructed_router,
    grid=Grid(
        quick=(*cells(E=3, m=2, eps=1e-6), *cells(E=8, m=[1, 4, 7], eps=1e-6)),
        full=(*cells(E=16, m=[4, 8, 12], eps=1e-6), *cells(E=64, m=32, eps=1e-6)),
    ),
    decoys=(Decoy("at least one", "1", lambda E, m, eps: {"aux": 1.0}),),
)

BALANCED = claim(
    slug="balance-loss-balanced-dispatch",
    title="Under even dispatch the balance loss is one whatever the router's probabilities",
    statement=r"If every expert is the most probable of equally many tokens, $E \sum_i f_i P_i = 1$ for any $P$.",
    source=SWITCH,
    kind=Identity(tolerance=1e-10, trials=64),
    predict=lambda E, rounds, skew: {"aux": theory.aux_loss([1 / E] * E, [1 / E] * E)},
    simulate=sims.balanced_router,
    grid=Grid(quick=cells(E=[3, 8], rounds=2, skew=[0.5, 2.0]), full=cells(E=[16, 64], rounds=2, skew=2.0)),
    decoys=(
        Decoy("balanced probabilities", "P is uniform then: E sum P_i^2 = 1", lambda E, rounds, skew: {"soft": 1.0}),
    ),
)

HARD_SOFT = claim(
    slug="balance-loss-hard-and-soft",
    title="Only the hard and the soft form of the loss are at least one",
    statement=r"$E \sum_i f_i^2 \ge 1$ and $E \sum_i P_i^2 \ge 1$ for every router, with equality at balance.",
    source=DERIVED,
    kind=Bound(side="lower", on="draw", tolerance=1e-12, trials=256),
    predict=lambda E, T: {"hard": 1.0, "soft": 1.0},
    simulate=sims.random_router,
    grid=Grid(quick=cells(E=[2, 4], T=[4, 64]), full=cells(E=[2, 8, 32], T=[32, 256])),
    decoys=(
        Decoy(
            "random routing", "at least its mean 1 + (E-1)/T",
            lambda E, T: {"hard": theory.expected_aux_random(E, T, 1.0)},
        ),
        Decoy("more than balance", "E sum P_i^2 >= 1 + 1/E", lambda E, T: {"soft": 1 + 1 / E}),
    ),
)  # fmt: skip


def _largest(E: int) -> float:
    """E max_i p_i for probabilities uniform on the simplex, divided by E: the harmonic number over E."""
    return sum(1 / i for i in range(1, E + 1)) / E


def _random(E: int, T: int) -> dict[str, float]:
    return {
        "aux": theory.expected_aux_random(E, T, _largest(E)),
        "hard": theory.expected_aux_random(E, T, 1.0),
    }


RANDOM = claim(
    slug="balance-loss-random-router",
    title="A router that knows nothing has a balance loss above one",
    statement=(
        r"For $T$ tokens with independent exchangeable probabilities the expected loss is "
        r"$1 + (E\,\mathrm{E}\max_i p_i - 1)/T$, and $\mathrm{E}\,E\sum_i f_i^2 = 1 + (E-1)/T$."
    ),
    source=DERIVED,
    kind=Mean(resolution=0.01),
    predict=_random,
    simulate=sims.random_router,
    grid=Grid(quick=cells(E=[4, 8], T=4), full=cells(E=[4, 8, 32], T=[4, 16])),
    decoys=(
        Decoy("one", "balanced in the mean, so 1", lambda E, T: {"aux": 1.0, "hard": 1.0}),
        Decoy("without the -1", "1 + E E max p/T", lambda E, T: {"aux": 1 + E * _largest(E) / T, "hard": 1 + E / T}),
    ),
    tails={"aux": Moments(skewness=1.5), "hard": Moments(skewness=1.5)},
)

GAUSSIAN = claim(
    slug="balance-loss-gaussian-logits",
    title="The excess of the balance loss is the router's confidence, whatever its law",
    statement=(
        r"With Gaussian logits, $\mathrm{E}[T(\mathrm{aux} - 1) + 1] = \mathrm{E}[E \max_i p_i]$, the ratio of the two "
        r"means being 1."
    ),
    source=DERIVED,
    kind=Mean(resolution=0.025, of="excess", per="top"),
    predict=lambda E, T, logit_std: 1.0,
    simulate=sims.random_router,
    grid=Grid(quick=cells(E=8, T=[4, 16], logit_std=2.0), full=cells(E=[8, 32], T=[8, 32], logit_std=[1.0, 2.0])),
    decoys=(
        Decoy("T - 1", "the excess is over T - 1, as in a variance", lambda E, T, logit_std: T / (T - 1)),
        Decoy("two shares", "f and P fluctuate both: twice", lambda E, T, logit_std: 2.0),
    ),
    tails={"value": Moments(skewness=1.5)},
)

CLAIMS: tuple[Claim, ...] = (INFIMUM, BUILT, BALANCED, HARD_SOFT, RANDOM, GAUSSIAN)
