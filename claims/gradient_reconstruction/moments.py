"""One gradient at random Gaussian weights estimates Hermite tensors of the data."""

from __future__ import annotations

from typing import Any

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims import Decoy, Exact, Grid, Limit, Mean, Moments, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]

_WANG = "wang2023reconstructing"

# --- the identity ----------------------------------------------------------------------------------------------------

# Orders whose coefficient is not zero and whose noise is small enough for the quick tier.
SIGNALS = {
    "relu": (1, 2), "abs": (2,), "step": (1, 3), "tanh": (1, 3), "erf": (1, 3), "sin": (1, 3), "cos": (2,),
    "gelu": (1, 2), "silu": (1, 2), "quadratic": (2,),
}  # fmt: skip
ZEROS = {"relu": (3,), "leaky_relu": (3,), "gelu": (3,), "abs": (1, 3), "tanh": (2,), "sigmoid": (2,), "step": (2,)}
# Orders resolved in the full tier only.
RARE = {"relu": (4,), "abs": (4,), "cubic": (1, 3), "elu": (2, 3), "sigmoid": (1, 3), "softplus": (1, 2)}


def _batches(activations: Any, d: int = 4) -> tuple[Named, ...]:
    """Two samples of unequal norms, neither parallel nor orthogonal, with residuals of both signs."""
    batch = {"d": d, "norms": (1.2, 1.6), "cosine": 0.3, "r": (1.0, -0.8)}
    return tuple({"activation": name, **batch} for name in activations)


def _some(projections: Any, orders: tuple[int, ...]) -> Named:
    return {f"order{p}": projections[p - 1] for p in orders}


def predict_projections(activation: str, **cell: Any) -> Named:
    """The projections of the orders in which this activation carries a strong signal."""
    return _some(theory.tensor_projections(activation, **cell), SIGNALS[activation])


def predict_rare(activation: str, **cell: Any) -> Named:
    """The projections of the orders that need many neurons."""
    return _some(theory.tensor_projections(activation, **cell), RARE[activation])


def predict_zeros(activation: str, **cell: Any) -> Named:
    """The projections of the orders in which this activation carries none."""
    return _some(theory.tensor_projections(activation, **cell), ZEROS[activation])


def _combined(activation: str, cell: Named, factors: tuple[tuple[int, float], ...], order: int) -> Any:
    """Projections of the given order with c_order replaced by a combination of other coefficients."""
    coefficients = [sum(f * theory.hermite_coefficient(activation, p, t) for p, f in factors) for t in cell["norms"]]
    return _mix(cell, coefficients, order)


def _mix(cell: Named, coefficients: list[float], order: int) -> Any:
    weights = [c * r for c, r in zip(coefficients, cell["r"], strict=True)]
    total = sum(weights)
    rho = cell["cosine"] ** order
    return [rho * total + (1 - rho) * w for w in weights]


def physicists(activation: str, **cell: Any) -> Named:
    """Physicists' Hermite polynomials: H_1 = 2z, H_2 = 4 He_2 + 2, H_3 = 8 He_3 + 12 He_1."""
    factors = {1: ((1, 2.0),), 2: ((2, 4.0), (0, 2.0)), 3: ((3, 8.0), (1, 12.0))}
    return {f"order{p}": _combined(activation, cell, factors[p], p) for p in SIGNALS[activation]}


def without_trace(activation: str, **cell: Any) -> Named:
    """H_2 = ww' without the identity, H_3 = www without its three terms."""
    factors = {1: ((1, 1.0),), 2: ((2, 1.0), (0, 1.0)), 3: ((3, 1.0), (1, 3.0))}
    return {f"order{p}": _combined(activation, cell, factors[p], p) for p in SIGNALS[activation]}


def powers_of_the_norm(activation: str, **cell: Any) -> Named:
    """c_p(t) = t^p c_p(1), as if every activation were a monomial."""
    named = {}
    for p in SIGNALS[activation]:
        unit = theory.hermite_coefficient(activation, p)
        named[f"order{p}"] = _mix(cell, [t**p * unit for t in cell["norms"]], p)
    return named


_IDENTITY_SOURCE = Source(_WANG, "Hermite moments of the gradient; coefficients derived here", "recalled")

IDENTITY = claim(
    slug="hermite-gradient-identity",
    title="The gradient at random weights is a Hermite transform of the data",
    statement=(
        r"At Gaussian weights the gradient $g(w) = \sum_i r_i s(w^\top x_i)$ of the output layer satisfies "
        r"$\mathbb{E}_w[g(w) H_p(w)] = \sum_i r_i c_p(\|x_i\|)\, \hat x_i^{\otimes p}$ with "
        r"$c_p(t) = \mathbb{E}_{z \sim N(0,1)}[s(tz) He_p(z)]$."
    ),
    source=_IDENTITY_SOURCE,
    kind=Mean(resolution=0.025),
    predict=predict_projections,
    simulate=sims.tensor_projections,
    grid=Grid(quick=_batches(SIGNALS), full=_batches(SIGNALS, d=64)),
    decoys=(
        Decoy("physicists' polynomials", "H_2 = 4 z^2 - 2 and so on", physicists),
        Decoy("no trace", "H_2(w) = w w' without - I", without_trace),
        Decoy("powers of the norm", "c_p(t) = t^p c_p(1)", powers_of_the_norm),
    ),
    tails={f"order{p}": Moments(skewness=0.5) for p in (1, 2, 3)},
)


def order_below(activation: str, **cell: Any) -> Named:
    """c_3(relu) = 1/sqrt(2 pi), that of order 2; and so for the others."""
    named = {}
    for p in ZEROS[activation]:
        below = [abs(theory.hermite_coefficient(activation, p - 1, t)) for t in cell["norms"]]
        named[f"order{p}"] = _mix(cell, below, p)
    return named


ZERO_ORDERS = claim(
    slug="hermite-gradient-identity-failures",
    title="Parity decides which orders carry no signal",
    statement=(
        r"If $s(z) - s(-z)$ is proportional to $z$, every odd order $p \ge 3$ of the moment tensor vanishes, "
        r"$\mathbb{E}_w[g(w) H_p(w)] = 0$; if $s$ minus a constant is odd, every even order $p \ge 2$ does."
    ),
    source=Source(_WANG, "choice of the order; the parity rule derived here", "derived"),
    kind=Mean(resolution=0.025),
    predict=predict_zeros,
    simulate=sims.tensor_projections,
    grid=Grid(quick=_batches(ZEROS), full=_batches(ZEROS, d=64)),
    decoys=(Decoy("order below", "the zero replaced by |c_{p-1}|", order_below),),
    tails={"order3": Moments(skewness=0.5)},
)


def fourth_without_corrections(activation: str, **cell: Any) -> Named:
    """The raw moments of the orders that need many neurons."""
    factors = {
        1: ((1, 2.0),), 2: ((2, 1.0), (0, 1.0)), 3: ((3, 1.0), (1, 3.0)), 4: ((4, 1.0), (2, 6.0), (0, 3.0)),
    }  # fmt: skip
    return {f"order{p}": _combined(activation, cell, factors[p], p) for p in RARE[activation]}


RARE_ORDERS = claim(
    slug="hermite-gradient-identity-high-orders",
    title="Orders that need many neurons",
    statement=(
        r"The same identity $\mathbb{E}_w[g H_p] = \sum_i r_i c_p(\|x_i\|)\, \hat x_i^{\otimes p}$ holds at order 4 "
        r"contracted twice, which replaces the empty order 3 of relu, and for the weak coefficients of other "
        r"activations."
    ),
    source=_IDENTITY_SOURCE,
    kind=Mean(resolution=0.025),
    predict=predict_rare,
    simulate=sims.tensor_projections,
    grid=Grid(quick=_batches(("softplus",)), full=_batches(RARE)),
    decoys=(Decoy("raw moments", "means of w^{(x)p} without Hermite corrections", fourth_without_corrections),),
    tails={f"order{p}": Moments(skewness=1.0) for p in (1, 2, 3, 4)},
)

# --- residuals that depend on the weights -----------------------------------------------------------------------------

_OUTPUT = tuple(
    {"X": ((1.0, 0.0), (0.6, 0.8)), "y": (0.3, -0.5), "output_scale": 8.0, "m": 16, "activation": name, "p": 2}
    for name in ("relu", "gelu")
)


def independent_residual(X: Any, y: Any, output_scale: float, m: int, activation: str, p: int) -> Any:
    """Residuals treated as independent of the weights: the mean output alpha c_0 in place of the output."""
    shifted = []
    for x, target in zip(X, y, strict=True):
        norm = sum(c * c for c in x) ** 0.5
        shifted.append(output_scale * theory.hermite_coefficient(activation, 0, norm) - target)
    return theory.population_tensor(X, shifted, activation, p)


WITH_OUTPUT = claim(
    slug="hermite-gradient-identity-nonzero-output",
    title="A query whose output is not zero",
    statement=(
        r"With output weights $\alpha/m$ the residuals depend on $w$, and $\mathbb{E}[\hat T_p] = \sum_i \{"
        r"(\frac{m-1}{m} \alpha c_0 - y_i) c_p \hat x_i^{\otimes p} + \frac{\alpha}{m} "
        r"\mathbb{E}[s(w^\top x_i)^2 H_p(w)]\}$ for every batch."
    ),
    source=Source(_WANG, "query with small output weights; exact form derived here", "derived"),
    kind=Mean(resolution=0.025),
    predict=theory.population_tensor_with_output,
    simulate=sims.population_tensor_with_output,
    grid=Grid(quick=_OUTPUT, full=tuple({**cell, "m": m} for cell in _OUTPUT for m in (5, 16, 64))),
    decoys=(Decoy("independent residual", "r_i = alpha c_0 - y_i as if it did not know w", independent_residual),),
    tails={"value": Moments(skewness=2.0)},
)

# --- errors of the tensors --------------------------------------------------------------------------------------------


def powers_of_dimension(d: int, norms: Any, cosine: float, r: Any, m: int) -> Named:
    """d^p S/m: the lower-order terms dropped."""
    one = theory.tensor_errors(d, norms, cosine, r, m)
    # The sample's own part is small against (d + 2) S: S from order 1 up to it.
    second = one.order1 / (d + 2)
    return {f"order{p}": d**p * second for p in (1, 2, 3)}


def without_cross_terms(d: int, norms: Any, cosine: float, r: Any, m: int) -> Named:
    """S = |r|^2/2 with norms: the cross terms of the arc-cosine kernel dropped."""
    parts = [theory.tensor_errors(d, [t], 0.0, [c], m) for t, c in zip(norms, r, strict=True)]
    return {f"order{p}": sum(part[p - 1] for part in parts) for p in (1, 2, 3)}


def second_moment_only(d: int, norms: Any, cosine: float, r: Any, m: int) -> Named:
    """E|T_hat|^2 in place of E|T_hat - T|^2: |T|^2 is not subtracted."""
    errors = theory.tensor_errors(d, norms, cosine, r, m)
    squared = []
    for p in (1, 2):
        projections = theory.tensor_projections("relu", d, norms, cosine, r)[p - 1]
        coefficient = theory.hermite_coefficient("relu", p)
        squared.append(sum(c * t * coefficient * x for c, t, x in zip(r, norms, projections, strict=True)))
    return {"order1": errors.order1 + squared[0] / m, "order2": errors.order2 + squared[1] / m}


_ERROR_CELLS = (
    {"d": 8, "norms": (1.0, 0.7, 1.4), "cosine": 0.3, "r": (1.0, -0.6, 0.8), "m": 100},
    {"d": 3, "norms": (1.0,), "cosine": 0.0, "r": (1.0,), "m": 400},
)

ERRORS = claim(
    slug="hermite-tensor-error",
    title="The exact error of the moment tensors",
    statement=(
        r"For relu and any batch, $m\, \mathbb{E}\|\hat T_p - T_p\|_F^2 = q_p(d)\, r^\top K r - \|T_p\|_F^2$ with the "
        r"arc-cosine kernel $K$ and $q_1 = d+2$, $q_2 = (d+1)(d+4)$, $q_3 = (d+2)[(d+4)(d+6) - 6(d+4) + 3d+6]$, at "
        r"every $m$ and $d$."
    ),
    source=Source(_WANG, "error of the moment tensors; exact values derived here", "derived"),
    kind=Mean(resolution=0.025),
    predict=theory.tensor_errors,
    simulate=sims.tensor_errors,
    grid=Grid(
        quick=_ERROR_CELLS,
        full=(*_ERROR_CELLS, *({**_ERROR_CELLS[0], "d": d, "m": m} for d in (5, 8, 10) for m in (50, 400, 1600))),
    ),
    decoys=(
        Decoy("powers of d", "q_p = d^p", powers_of_dimension),
        Decoy("no cross terms", "S = sum_i r_i^2 |x_i|^2/2", without_cross_terms),
        Decoy("second moment", "|T|^2 is not subtracted", second_moment_only),
    ),
    # Squared norms of averages of polynomials up to the third degree: the more skewed the fewer neurons and pixels.
    tails={"order1": Moments(3.0), "order2": Moments(4.0), "order3": Moments(6.0)},
)

# --- the span from order 2 --------------------------------------------------------------------------------------------


def predict_span(r: Any, d: int, m: int) -> Named:
    """Error of the span; for one sample also that of the order-1 direction."""
    named = {"subspace": theory.subspace_error(r, d, m)}
    return {**named, "direction": 2 * (d - 1) / m} if len(r) == 1 else named


def independent_span(r: Any, d: int, m: int) -> Named:
    """E g^2 in place of E g^2 u_i^2."""
    total, squares = sum(r), sum(c * c for c in r)
    second = squares / 2 + (total**2 - squares) / 6.283185307179586
    return {"subspace": (d - len(r)) / m * sum(second * 6.283185307179586 / c**2 for c in r)}


def bare_ratio(r: Any, d: int, m: int) -> Named:
    """d/m without the constant."""
    return {"subspace": d / m}


def _span_cells(d: int, batches: Any, sizes: tuple[int, ...]) -> tuple[Named, ...]:
    return tuple({"r": r, "d": d, "m": m} for r in batches for m in sizes)


SPAN = claim(
    slug="subspace-angle-rate",
    title="The span of the samples from the order-2 moment",
    statement=(
        r"For relu and orthonormal samples the top eigenvectors of $\hat T_2$ satisfy "
        r"$\mathbb{E}\|\sin\Theta\|_F^2 \sim \frac{d-B}{m} \sum_i 2\pi\, \mathbb{E}[g^2 u_i^2]/r_i^2$ as $m/d \to "
        r"\infty$, which is $3\pi(d-1)/m$ for one sample; order 1 gives its direction to $2(d-1)/m$."
    ),
    source=Source(_WANG, "error O(sqrt(d/m)) of the subspace; constant derived here", "derived"),
    kind=Limit(size="m", order=1.0, resolution=0.025),
    predict=predict_span,
    simulate=sims.subspace_error,
    grid=Grid(
        quick=_span_cells(6, ((1.0, -0.8),), (800, 1600, 3200)),
        full=_span_cells(20, ((1.0, -0.8), (1.0,)), (2000, 4000, 8000)),
    ),
    decoys=(
        Decoy("independent noise", "E g^2 instead of E g^2 u_i^2", independent_span),
        Decoy("no constant", "d/m", bare_ratio),
    ),
    tails={"subspace": Moments(1.0), "direction": Moments(1.0)},
)

# --- beyond the theorem: weights that are not Gaussian ----------------------------------------------------------------


def gaussian_coefficient(distribution: str, support: int) -> float:
    """The Gaussian identity, whatever the weights."""
    return theory.query_coefficient("gaussian", support)


QUERY = claim(
    slug="hermite-gradient-identity-other-weights",
    title="Query weights that are not Gaussian: the identity fails for sparse data",
    statement=(
        r"With independent query weights of unit variance that are not Gaussian, $\hat x^\top \mathbb{E}[g H_2] \hat "
        r"x$ of a unit sample spread over $k$ coordinates is $\mathbb{E}[(z^2-1)\, z_+]$ of the normalised sum $z$ of "
        r"$k$ weights: 0 for Rademacher weights at $k = 1$, and $1/\sqrt{2\pi}$ only as $k \to \infty$."
    ),
    source=Source(_WANG, "Gaussian weights are assumed; other weights derived here", "derived"),
    kind=Mean(resolution=0.015),
    predict=theory.query_coefficient,
    simulate=sims.query_coefficient,
    grid=Grid(
        quick=tuple({"distribution": w, "support": k} for w in ("uniform", "rademacher") for k in (1, 2, 4)),
        full=tuple(
            {"distribution": w, "support": k} for w in ("gaussian", "uniform", "rademacher") for k in (1, 2, 4, 8, 16)
        ),
    ),
    decoys=(Decoy("always Gaussian", "1/sqrt(2 pi) for every law of the weights", gaussian_coefficient),),
    # One coordinate and a random sign: z^2 = 1 on every draw.
    tails={
        "value": lambda distribution, support: Exact() if distribution + str(support) == "rademacher1" else Moments()
    },
)

CLAIMS = (IDENTITY, ZERO_ORDERS, RARE_ORDERS, WITH_OUTPUT, ERRORS, SPAN, QUERY)
