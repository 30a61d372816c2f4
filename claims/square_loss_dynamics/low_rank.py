"""Weight matrices under SGD with weight decay: little stands beyond the rank of the last batches."""

from __future__ import annotations

from typing import Any

import sims.square_loss_dynamics as sims
import theory.square_loss_dynamics as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Observation, Source, cells, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]

_SOURCE = Source("galanti2022sgd", "bound on the rank of a layer, recalled and derived again", "recalled")
_DERIVED = Source("galanti2022sgd", "bound recalled; spectral form, adversaries and guaranteed rank", "derived")


def _bound(mu: float, lam: float, m: int, norm_past: float, **_: Any) -> float:
    return float(theory.low_rank_tail_bound(mu, lam, m, norm_past))


def _twice(mu: float, lam: float, m: int, norm_past: float, **_: Any) -> float:
    return float(theory.low_rank_tail_bound(mu, lam, 2 * m, norm_past))


_ADVERSARY = Grid(
    quick=(
        *cells(mu=0.1, lam=0.05, m=[5, 10], norm_past=1.0, B=[1, 2], n=40),
        *cells(mu=0.1, lam=0.2, m=8, norm_past=3.0, B=4, n=40),
    ),
    full=(
        *cells(mu=0.1, lam=0.05, m=[10, 30], norm_past=1.0, B=[1, 2], n=100),
        *cells(mu=0.1, lam=0.01, m=[5, 20], norm_past=3.0, B=4, n=200),
    ),
)

TAIL = claim(
    slug="low-rank-bias",
    title="Beyond the rank of the last batches a layer holds little, and no better bound holds",
    statement=(
        r"After $m$ steps of SGD with any gradients of rank at most $B$ each, $(\sum_{i>mB}\sigma_i(W_t)^2)^{1/2} \le "
        r"(1-2\mu\lambda)^m\|W_{t-m}\|_F$, with equality for large gradients apart from a start of rank $n - mB$."
    ),
    source=_SOURCE,
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=4, reach=0.99),
    predict=lambda **cell: {"tail": _bound(**cell)},
    simulate=sims.low_rank_tail_bound,
    grid=_ADVERSARY,
    decoys=(
        Decoy("2m", "(1 - 2 mu lambda)^(2m)", lambda **cell: {"tail": _twice(**cell)}),
        Decoy("rank m", "beyond rank m, B forgotten", lambda **cell: {"narrow": _bound(**cell)}),
    ),
)

SPECTRAL = claim(
    slug="low-rank-bias-spectral",
    title="One singular value at a time",
    statement=(
        r"Under the same steps $\sigma_{mB+1}(W_t) \le (1-2\mu\lambda)^m\sigma_1(W_{t-m})$; a flat spectrum reaches "
        r"this without gradients for $mB < n$, and with random gradients of rank $B$ for $2mB < n$."
    ),
    source=_DERIVED,
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=4, reach=0.99),
    predict=lambda **cell: {"spectral": _bound(**cell)},
    simulate=sims.low_rank_tail_bound,
    grid=Grid(
        quick=(
            *cells(mu=0.1, lam=0.05, m=[5, 10], norm_past=1.0, B=[1, 2], n=40, schedule="still"),
            *cells(mu=0.1, lam=0.2, m=4, norm_past=3.0, B=[1, 4], n=40, schedule="fresh"),
        ),
        full=(
            *cells(mu=0.1, lam=0.05, m=[10, 30], norm_past=1.0, B=[1, 2], n=100, schedule="still"),
            *cells(mu=0.1, lam=0.01, m=[5, 20], norm_past=3.0, B=[1, 4], n=200, schedule="fresh"),
        ),
    ),
    decoys=(Decoy("2m", "(1 - 2 mu lambda)^(2m)", lambda **cell: {"spectral": _twice(**cell)}),),
)

ADVERSARY = claim(
    slug="low-rank-bias-adversary",
    title="How much of the bound zero gradients leave",
    statement=(
        r"$m$ steps with zero gradients leave $\sqrt{1-mB/n}$ of the bound beyond rank $mB$ of a layer with $n$ equal "
        r"singular values, and nothing for $mB \ge n$."
    ),
    source=_DERIVED,
    kind=Identity(tolerance=1e-9, trials=4),
    predict=theory.adversary_tightness,
    simulate=sims.adversary_tightness,
    grid=Grid(
        quick=(*cells(m=[0, 3, 10], B=[1, 2], n=24), *cells(m=12, B=2, n=24)),
        full=cells(m=[0, 3, 10, 50], B=[1, 2, 4], n=100),
    ),
    decoys=(
        Decoy("no root", "1 - mB/n", lambda m, B, n: 1 - m * B / n),
        Decoy("B forgotten", "sqrt(1 - m/n)", lambda m, B, n: (1 - m / n) ** 0.5),
    ),
)


def _rank(B: int, mu: float, lam: float, eps: float, norm_ratio: float, n: int | None) -> float:
    return float(theory.guaranteed_rank(B, mu, lam, eps, norm_ratio))


def _half_rank(B: int, mu: float, lam: float, eps: float, norm_ratio: float, n: int | None) -> float:
    return float(theory.guaranteed_rank(B, mu / 2, lam, eps, norm_ratio))


RANK = claim(
    slug="low-rank-bias-rank",
    title="The rank that is guaranteed, and that it says nothing of ordinary training",
    statement=(
        r"The least rank beyond which the bound leaves at most $\epsilon\|W_t\|$ is $mB$ with $m = "
        r"\lceil\log(\nu/\epsilon)/(-\log(1-2\mu\lambda))\rceil$, $\nu = \|W_{t-m}\|/\|W_t\|$."
    ),
    source=_DERIVED,
    kind=Identity(tolerance=1e-12, trials=1),
    predict=_rank,
    simulate=sims.guaranteed_rank,
    grid=Grid(
        # The last cell is ordinary training: steps of a tenth, decay 5e-4, batches of 128; no layer is so wide.
        quick=(
            *cells(B=[1, 2], mu=0.1, lam=0.4, eps=0.2, norm_ratio=1.3, n=60),
            *cells(B=3, mu=0.1, lam=0.8, eps=0.3, norm_ratio=[0.2, 1.0], n=60),
            *cells(B=128, mu=0.1, lam=5e-4, eps=0.01, norm_ratio=1.0, n=None),
        ),
        full=(
            *cells(B=[1, 2, 4], mu=0.1, lam=0.4, eps=0.1, norm_ratio=[1.0, 1.3], n=160),
            *cells(B=[32, 128], mu=[0.01, 0.1], lam=5e-4, eps=0.01, norm_ratio=1.0, n=None),
        ),
    ),
    decoys=(
        Decoy("mu lambda", "log(1 - mu lambda)", _half_rank),
        Decoy("B forgotten", "m", lambda B, **cell: _rank(B=B, **cell) / B),
        Decoy("norm settled", "nu = 1", lambda norm_ratio, **cell: _rank(norm_ratio=1.0, **cell)),
    ),
)

# --- trained nets ----------------------------------------------------------------------------------------------------


def _along(mu: float, lam: float, at: tuple[int, ...], **_: Any) -> list[float]:
    return [float(theory.low_rank_tail_bound(mu, lam, m, 1.0)) for m in at]


def _whole(mu: float, lam: float, at: tuple[int, ...], steps: int, **_: Any) -> Named:
    return {"tail": [float(theory.low_rank_tail_bound(mu, lam, steps, 1.0))] * len(at)}


TRAINED = claim(
    slug="low-rank-bias-trained",
    title="Trained layers keep far below the bound",
    statement=(
        r"In ReLU nets trained by SGD with weight decay the second layer has $(\sum_{i>mB}\sigma_i(W_t)^2)^{1/2} \le "
        r"(1-2\mu\lambda)^m\|W_{t-m}\|_F$ and $\sigma_{mB+1}(W_t) \le (1-2\mu\lambda)^m\sigma_1(W_{t-m})$."
    ),
    source=_SOURCE,
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=2),
    predict=lambda **cell: {"tail": _along(**cell), "spectral": _along(**cell)},
    simulate=sims.trained_tails,
    grid=Grid(
        quick=cells(mu=0.1, lam=[0.02, 0.05], B=[1, 2], at=(5, 20, 40), widths=(20, 100, 100, 3), n=40, steps=1500),
        full=cells(
            mu=0.1, lam=[0.02, 0.05], B=[1, 2], at=(5, 20, 60, 95), widths=(20, 200, 200, 3), n=40, steps=4000
        ),
    ),
    decoys=(
        Decoy("the whole training", "(1 - 2 mu lambda)^t: all that the start had is gone", _whole),
        Decoy("rank mB", "nothing beyond it", lambda at, **_: {"tail": [0.0] * len(at)}),
    ),
)  # fmt: skip

DIGITS = claim(
    slug="low-rank-bias-digits",
    title="Stable rank of a layer trained on digits",
    statement=(
        r"The stable rank of the second layer of a ReLU net trained on digits, beside that of a random matrix of its "
        r"shape, for decays $\lambda$ and batch sizes $B$."
    ),
    source=Source("galanti2022sgd", "trend in decay and batch size (abstract seen)", "recalled"),
    kind=Observation(trials=4),
    predict=lambda mu, lam, B, steps: {"stable_rank": 48 / 4},
    simulate=sims.digits_stable_rank,
    grid=Grid(
        quick=cells(mu=0.05, lam=[0.001, 0.005, 0.02], B=[1, 16], steps=1200),
        full=cells(mu=0.05, lam=[0.0002, 0.001, 0.005, 0.02], B=[1, 4, 16, 64], steps=10000),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (TAIL, SPECTRAL, ADVERSARY, RANK, TRAINED, DIGITS)
