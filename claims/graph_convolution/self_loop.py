"""Self-loops: the risks at any weight, mirror images, the best weight, and graphs that are not Gaussian."""

from __future__ import annotations

import sims.graph_convolution as sims
import theory.graph_convolution as theory
from claims import Claim, Decoy, Grid, Limit, Mean, Moments, Observation, Order, Source, cells, declared_in, instance
from claims.graph_convolution.families import CELLS, FULL, PAPER, QUICK, Named, families, limit, wrong

claim = declared_in(__name__)
DERIVED = Source(PAPER, "derived here; negative self-loops for heterophily in its abstract (seen)", "derived")

# --- any self-loop ---------------------------------------------------------------------------------------------------


def _looped(sizes: list[int]) -> tuple[Named, ...]:
    few, _, wide = CELLS
    return (*families(sizes, few, c=-0.5), *families(sizes, wide, c=0.4))


def _sum(at: Named) -> float:
    return float(at["lam"] + at["c"])


RISK = claim(
    slug="self-loop-risk",
    title="What a self-loop does to a graph convolution",
    statement=(
        r"With $P = A + cI$ test risk and accuracy tend, as $N \to \infty$, to the solution of a fixed point in three "
        r"numbers and two linear systems; the terms left out are of order $1/N$."
    ),
    source=DERIVED,
    kind=Limit(size="N", order=1.0, resolution=0.024),
    predict=limit.of(theory.gcn_risk, "test", "accuracy"),
    simulate=sims.gcn_risk,
    grid=Grid(
        quick=_looped(QUICK),
        full=(*_looped(FULL), *families(FULL, CELLS[0], c=0.5), *families(FULL, CELLS[1], c=-0.5)),
    ),
    decoys=(
        Decoy("wrong sign", "the self-loop -c", wrong("test", c=lambda at: -at["c"])),
        Decoy("no loop", "c changes nothing", wrong("test", c=lambda at: 0.0)),
        Decoy("more homophily", "A + cI as a graph with lambda + c", wrong("test", lam=_sum, c=lambda at: 0.0)),
    ),
    tails={"test": Moments(skewness=1.5)},
)

_TRAIN = ({"gam": 5.0, "tau": 0.8, "lam": 2.0, "mu": 1.0, "rho": 0.05},)

TRAINING = claim(
    slug="self-loop-risk-training",
    title="The training risk with a self-loop",
    statement=r"With $P = A + cI$ the training risk tends to $D^2 R_2/\tau$ of the same fixed point as $N \to \infty$.",
    source=DERIVED,
    kind=Limit(size="N", order=1.0, resolution=0.024),
    predict=limit.of(theory.gcn_risk, "train"),
    simulate=sims.gcn_risk,
    grid=Grid(quick=families(QUICK, *_TRAIN, c=-0.5), full=families(FULL, *_TRAIN, c=-0.5)),
    decoys=(
        Decoy("wrong sign", "the self-loop -c", wrong("train", c=lambda at: -at["c"])),
        Decoy("no loop", "c changes nothing", wrong("train", c=lambda at: 0.0)),
    ),
    tails={"train": Moments(skewness=1.5)},
)

# --- mirror images ---------------------------------------------------------------------------------------------------


@instance
def reflected(gam: float, tau: float, lam: float, mu: float, rho: float, c: float, N: int) -> Named:
    """A cell as it is: for a simulation with options."""
    return {"gam": gam, "tau": tau, "lam": lam, "mu": mu, "rho": rho, "c": c, "N": N}


@instance
def unturned(gam: float, tau: float, lam: float, mu: float, rho: float, c: float, N: int) -> Named:
    """The same self-loop on both sides."""
    return {**reflected(gam=gam, tau=tau, lam=lam, mu=mu, rho=rho, c=c, N=N), "loop": c}


MIRROR = claim(
    slug="self-loop-risk-mirror",
    title="Heterophily with the opposite self-loop is homophily",
    statement=(
        r"At every $N$ the literal graph at $(\lambda, c)$ has the same expected test risk and accuracy as the law of "
        r"the rows, given the features, at $(-\lambda, -c)$."
    ),
    source=DERIVED,
    kind=Mean(resolution=0.024),
    predict=lambda gam, tau, lam, mu, rho, c, N: {"test": 0.0, "accuracy": 0.0},
    simulate=reflected.of(sims.mirror),
    grid=Grid(
        quick=cells(gam=[0.8, 4.0], tau=0.5, lam=2.0, mu=1.0, rho=0.5, c=0.5, N=40),
        full=cells(gam=[0.5, 0.8, 4.0], tau=0.5, lam=[1.0, 2.0], mu=1.0, rho=0.5, c=[0.5, 1.0], N=60),
    ),
    decoys=(Decoy("the graph alone", "(-lambda, c) has the same risk", simulate=unturned.of(sims.mirror)),),
    tails={"test": Moments(skewness=1.0)},
    scales={"test": 0.5, "accuracy": 0.8},
)

# --- the best self-loop ----------------------------------------------------------------------------------------------


@instance
def best(gam: float, tau: float, lam: float, mu: float, rho: float, N: int) -> Named:
    """At the self-loop that the theory calls best."""
    at = {"gam": gam, "tau": tau, "lam": lam, "mu": mu, "rho": rho}
    return {**at, "c": theory.optimal_self_loop(**at), "N": N}


@instance
def one(gam: float, tau: float, lam: float, mu: float, rho: float, N: int) -> Named:
    """The customary self-loop, of weight 1 and the sign of lam."""
    at = {"gam": gam, "tau": tau, "lam": lam, "mu": mu, "rho": rho}
    return {**at, "c": 1.0 if lam > 0 else -1.0, "N": N}


BEST = claim(
    slug="self-loop-risk-best",
    title="The best self-loop has the sign of the homophily",
    statement=(
        r"On the same graphs with $N = 100$ nodes the self-loop $c^*$ that minimises the limit of the test risk risks "
        r"less, on average, than none, than $-c^*$, than $c^*/2$ and than $3c^*/2$."
    ),
    source=DERIVED,
    kind=Order(resolution=0.1),
    predict=lambda gam, tau, lam, mu, rho, N: dict.fromkeys(("none", "opposite", "half", "more"), 0.0),
    simulate=best.of(sims.self_loop_gain),
    grid=Grid(
        quick=cells(gam=4.0, tau=0.5, lam=[-2.0, 1.5], mu=1.0, rho=0.05, N=100),
        full=cells(gam=[0.8, 4.0], tau=0.5, lam=[-2.0, -1.0, 1.0, 2.0], mu=1.0, rho=0.05, N=100),
    ),
    decoys=(Decoy("weight 1", "the customary self-loop is the best", simulate=one.of(sims.self_loop_gain)),),
    scales={"none": 0.2, "opposite": 0.2, "half": 0.1, "more": 0.1},
)

# --- graphs of other kinds -------------------------------------------------------------------------------------------

GRAPHS = ["directed blocks", "symmetric gaussian", "symmetric blocks"]


@instance
def graph_limit(graph: str, c: float, N: int) -> Named:
    """The limit for directed Gaussian graphs."""
    return {"gam": 2.5, "tau": 0.5, "lam": 2.0, "mu": 1.0, "rho": 0.05, "c": c}


@instance
def drawn(graph: str, c: float, N: int) -> Named:
    """N nodes, of mean degree 30 where there are blocks."""
    return {**graph_limit(graph=graph, c=c, N=N), "N": N, "graph": graph}


OTHER = claim(
    slug="self-loop-risk-graphs",
    title="Directed block graphs follow the theory; symmetric graphs do not where the self-loop opposes them",
    statement=(
        r"Beside the limit for directed Gaussian graphs at $\lambda = 2$: graphs of two blocks with mean degree $30$, "
        r"directed and symmetric, and symmetric Gaussian graphs, whose reciprocity $A_{ij} = A_{ji}$ meets the "
        r"self-loop."
    ),
    source=DERIVED,
    kind=Observation(trials=96),
    predict=graph_limit.of(theory.gcn_risk, "test"),
    simulate=drawn.of(sims.graph_risk, "test"),
    grid=Grid(
        quick=cells(graph=GRAPHS, c=[-0.5, 0.0, 0.5], N=160),
        full=cells(graph=GRAPHS, c=[-1.0, -0.5, 0.0, 0.5, 1.0], N=800),
    ),
    decoys=(),
)


@instance
def sides(graph: str, N: int) -> Named:
    """A symmetric graph at the self-loop of each sign."""
    return {"gam": 4.0, "tau": 0.5, "lam": 2.0, "mu": 1.0, "rho": 0.05, "N": N, "graph": graph}


def _directed_loss() -> float:
    at = (4.0, 0.5, 2.0, 1.0, 0.05)
    return theory.gcn_risk(*at, -0.5).test - theory.gcn_risk(*at).test


SIGN = claim(
    slug="self-loop-risk-sign",
    title="On symmetric graphs too the self-loop must have the sign of the homophily",
    statement=(
        r"On symmetric graphs with $\lambda = 2$, Gaussian or of two blocks, $c = -1/2$ costs more than $c = 0$ and "
        r"$c = 0$ more than $c = 1/2$, on average over graphs."
    ),
    source=DERIVED,
    kind=Order(resolution=0.05),
    predict=lambda graph, N: {"gain": 0.0, "loss": 0.0},
    simulate=sides.of(sims.graph_gain),
    grid=Grid(
        quick=cells(graph=GRAPHS[1:], N=80),
        full=cells(graph=GRAPHS[1:], N=400),
    ),
    decoys=(
        Decoy(
            "as on directed graphs", "-1/2 loses as much as the theory for directed graphs says",
            lambda graph, N: {"loss": _directed_loss()},
        ),
    ),
    scales={"gain": 0.7, "loss": 0.7},
)  # fmt: skip

# --- a real graph ----------------------------------------------------------------------------------------------------


@instance
def digits(c: float, side: float) -> Named:
    """The model with the homophily measured on the graph."""
    lam = side * sims.neighbour_graph().lam
    return {"gam": 2.5, "tau": 0.5, "lam": lam, "mu": 1.0, "rho": 0.05, "c": c}


DIGITS = claim(
    slug="self-loop-risk-digits",
    title="The neighbour graph of digits, odd against even",
    statement=(
        r"Beside the limit at the measured $\lambda = y^\top A y/N$: the graph of the ten nearest neighbours of 400 "
        r"digits and its negative, with 160 Gaussian features and 200 labels."
    ),
    source=DERIVED,
    kind=Observation(trials=32),
    predict=digits.of(theory.gcn_risk, "test", "accuracy"),
    simulate=sims.digit_graph_risk,
    grid=Grid(
        quick=cells(c=[-0.5, 0.0, 0.5], side=1.0),
        full=cells(c=[-1.0, -0.5, 0.0, 0.5, 1.0], side=[-1.0, 1.0]),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (RISK, TRAINING, MIRROR, BEST, OTHER, SIGN, DIGITS)
