"""The tensor attack: its error before the polish, and that the polish makes it exact, on real images too."""

from __future__ import annotations

from typing import Any

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims import Decoy, Grid, Identity, Mean, Moments, Source, declared_in
from sims.arrays import kernel

claim = declared_in(__name__)
Named = dict[str, Any]

_WANG = "wang2023reconstructing"

# --- before the polish ------------------------------------------------------------------------------------------------


def slope_of_half(activation: str, r: Any, d: int, m: int) -> Named:
    """Squared error as m^(-1/2), equal to the theory at 100 d neurons."""
    right = theory.tensor_attack_error(activation, r, d, m)
    factor = (m / (100 * d)) ** (-0.5 - theory.reconstruction_rate())
    return {"mean_error": right.mean_error * factor, "subspace": right.subspace * factor}


def signal_noise(activation: str, r: Any, d: int, m: int) -> Named:
    """Error of every direction from the noise E g^2 alone, as if g did not know u_k."""
    wrong = theory.tensor_attack_error(activation, r, d, m)
    batch = len(r)
    return {"mean_error": wrong.mean_error * (d - batch) / d, "subspace": wrong.subspace * (d - batch) / d}


def second_order_terms(activation: str, r: Any, d: int, m: int) -> float:
    """The next order of the perturbation: twice the squared error itself, relative to it."""
    return 2 * float(theory.tensor_attack_error(activation, r, d, m).mean_error)


ERROR = claim(
    slug="tensor-reconstruction-error",
    title="The error of the tensor attack before any polish, with its constant",
    statement=(
        r"For orthonormal samples and $c_3 \ne 0$ the decomposition of $\hat T_3$ returns $x_k$ with squared error "
        r"$\frac{1}{m r_k^2 c_3^2}[(d-B)\, \mathbb{E}\, g^2(u_k^2-1)^2 + \sum_{i \ne k} \mathbb{E}\, g^2 u_i^2 "
        r"(u_k^2-1)^2]$ to first order for one or two samples: the rate is $d/m$."
    ),
    source=Source(_WANG, "error O(sqrt(d/m)); constant derived here", "derived"),
    kind=Mean(
        resolution=0.02,
        allowance=second_order_terms,
        because="the next order of the perturbation: twice the squared error itself, relative to it",
    ),
    predict=theory.tensor_attack_error,
    simulate=sims.tensor_attack_error,
    grid=Grid(
        quick=({"activation": "sin", "r": (1.0,), "d": 3, "m": 3200},),
        full=tuple(
            {"activation": name, "r": (1.0, -0.8), "d": 4, "m": m}
            for name in ("sin", "tanh", "cubic") for m in (8000, 16000)
        ),
    ),
    decoys=(
        Decoy("slope -1/2", "squared error falls as m^(-1/2)", slope_of_half),
        Decoy("full dimension", "(d - B)/d of the error", signal_noise),
    ),
    # What is left after the integrated part has a fourth moment of ten squared variances: a longer pilot.
    tails={"mean_error": Moments(4.0), "subspace": Moments(4.0)},
)  # fmt: skip

# --- after the polish -------------------------------------------------------------------------------------------------


def predict_polished(**cell: Any) -> Named:
    """The fit reproduces the gradient, and nothing is left of the error: every sample is recovered."""
    return {"certified": 0.0, "recovered": 1.0}


@kernel(floats=lambda d, m, r, **_: 4 * m * d + 6 * m * len(r))
def without_polish(
    activation: str, d: int, r: Any, m: int, polish_neurons: int, restarts: int, *, trials: int, rng: Any
) -> Named:
    """The decomposition alone."""
    found = sims.tensor_reconstruction(activation, d, r, m, trials=trials, rng=rng)
    return {"certified": found.error, "recovered": found.recovered}


@kernel(floats=lambda d, m, r, **_: 4 * m * d + 6 * m * len(r))
def third_order_only(
    activation: str, d: int, r: Any, m: int, polish_neurons: int, restarts: int, *, trials: int, rng: Any
) -> Named:
    """The third-order decomposition whatever the activation, without polish: for relu it sees noise only."""
    found = sims.tensor_reconstruction(activation, d, r, m, order=3, trials=trials, rng=rng)
    return {"certified": found.error, "recovered": found.recovered}


_POLISH = tuple(
    {"activation": name, "d": 12, "r": (1.0, -0.8), "m": 8000, "polish_neurons": 200, "restarts": 10}
    for name in ("tanh", "relu")
)

POLISH = claim(
    slug="tensor-reconstruction",
    title="One gradient of a two-layer network determines the batch",
    statement=(
        r"From the output-layer gradient of a two-layer network at known random weights, the tensor attack (order 3, "
        r"or orders 2 and 4 where $c_3 = 0$) and a Levenberg-Marquardt fit of $g_j = \sum_i c_i s(w_j^\top x_i)$ that "
        r"reaches the gradient return every sample up to rounding."
    ),
    source=Source(_WANG, "tensor method (recalled); pencil and polish of this suite", "recalled"),
    kind=Identity(tolerance=1e-9, trials=32),
    predict=predict_polished,
    simulate=sims.tensor_reconstruction,
    certificates={"misfit": 1e-22},
    grid=Grid(
        quick=_POLISH,
        full=tuple(
            {"activation": name, "d": 16, "r": (1.0, -0.8, 0.6), "m": m, "polish_neurons": 600, "restarts": 10}
            for name, m in (("tanh", 40000), ("relu", 40000), ("gelu", 40000), ("sigmoid", 160000), ("cubic", 40000))
        ),
    ),
    decoys=(
        Decoy("no polish", "the decomposition alone is exact", simulate=without_polish),
        Decoy("third order", "order 3 serves every activation, relu too", simulate=third_order_only),
    ),
)

# --- real images ------------------------------------------------------------------------------------------------------


@kernel(floats=lambda B, m, polish_neurons, **_: 5 * 64 * m + 3 * polish_neurons * B * 65 + 4 * (B * 65) ** 2)
def blurred(
    activation: str, B: int, m: int, polish_neurons: int, restarts: int, steps: int, *, trials: int, rng: Any
) -> Named:
    """The images before the polish, offered as the result."""
    found = sims.digits_reconstruction(activation, B, m, polish_neurons, steps=0, trials=trials, rng=rng)
    return {"certified": found.error, "recovered": found.recovered}


@kernel(floats=lambda B, m, polish_neurons, **_: 5 * 64 * m + 3 * polish_neurons * B * 65 + 4 * (B * 65) ** 2)
def noisy(
    activation: str, B: int, m: int, polish_neurons: int, restarts: int, steps: int, *, trials: int, rng: Any
) -> Named:
    """One per cent of noise on the gradient, claimed to change nothing (no fit reaches it: one start)."""
    found = sims.digits_reconstruction(activation, B, m, polish_neurons, 0.01, steps=steps, trials=trials, rng=rng)
    return {"certified": found.polished, "recovered": found.recovered}


def _images(*cells: tuple[str, int, int, int]) -> tuple[Named, ...]:
    return tuple(
        {"activation": a, "B": B, "m": m, "polish_neurons": p, "restarts": 10, "steps": 40} for a, B, m, p in cells
    )


IMAGES = claim(
    slug="tensor-reconstruction-digits",
    title="Real digits from one gradient, exactly",
    statement=(
        r"Whenever the polished tensor attack reproduces one gradient of $m$ random relu or tanh neurons, which the "
        r"attacker sees, its images are the true ones: real digits ($d = 64$, several at once) up to rounding."
    ),
    source=Source(_WANG, "tensor method on images (recalled); pencil and polish of this suite", "recalled"),
    kind=Identity(tolerance=1e-9, trials=16),
    predict=predict_polished,
    simulate=sims.digits_reconstruction,
    certificates={"misfit": 1e-22},
    grid=Grid(
        quick=_images(("relu", 1, 2000, 300), ("tanh", 1, 3000, 300), ("relu", 2, 8000, 1500)),
        full=_images(("relu", 2, 20000, 2000), ("relu", 4, 40000, 3000), ("tanh", 2, 20000, 600)),
    ),
    decoys=(
        Decoy("no polish", "the decomposition alone is exact", simulate=blurred),
        Decoy("noise does not matter", "one per cent of noise changes nothing", simulate=noisy),
    ),
)

CLAIMS = (POLISH, ERROR, IMAGES)
