"""Separation fuzziness of features with labels, its value by chance, its linear floor, and its fall along layers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import theory.equi_separation as theory
from overparam.measures.input import Floats, Given, matrix
from overparam.measures.labels import Labels
from overparam.measures.labels import labels as labelled
from overparam.measures.result import Result
from sims.rounding import stored

_CLAIMS = ("null-fuzziness", "linear-floor", "linear-floor-any")
_LAW = ("equi-separation-law", "random-linear-growth")


def _labels(value: Any, features: Given) -> Labels:
    found = labelled("labels", value, features)
    if len(found.classes) < 2:
        raise ValueError(f"labels = array with {len(found.classes)} class: must have two or more")
    return found


def _scatters(given: Given, found: Labels) -> tuple[Floats, Floats]:
    """Deviations E (n, d) within classes and the weighted class means M (K, d), both over the root of n, scaled."""
    values = given.values / max(float(np.abs(given.values).max()), 1e-300)
    sums = np.zeros((len(found.classes), values.shape[1]))
    np.add.at(sums, found.codes, values)
    means = sums / found.counts[:, None]
    deviations = values - means[found.codes]
    between = (means - values.mean(axis=0)) * np.sqrt(found.counts)[:, None]
    return deviations / math.sqrt(len(values)), between / math.sqrt(len(values))


def _fuzziness(given: Given, E: Floats, M: Floats) -> float:
    rank = min(M.shape[0] - 1, M.shape[1])
    _, s, vt = np.linalg.svd(M, full_matrices=False)
    if s[rank - 1] <= stored(M, max(s[0], float(np.linalg.norm(E))), given.eps):
        raise ValueError(f"{given.name} = array of shape {given.shape}: class means must span {rank} dimensions")
    return float(np.sum((E @ vt[:rank].T / s[:rank]) ** 2))


def _floor(given: Given, E: Floats, M: Floats, K: int) -> float | None:
    """The least of linear maps, where the scatter within classes is regular and all classes have a direction."""
    within = E.T @ E
    values = np.linalg.eigvalsh(within)
    if K > within.shape[0] + 1 or values[0] <= max(1e-10, given.eps) * values[-1]:
        return None
    return theory.linear_fuzziness_floor(within, M.T @ M, K)


def separation_fuzziness(features: Any, labels: Any) -> Result:
    r"""Return the separation fuzziness of features, with its value by chance and the floor of linear maps.

    $$D = \mathrm{tr}(S_W S_B^+)$$

    on the min(K - 1, d) directions of the class means. A linear layer, trained or not, can bring D to the floor, no
    further; chance is the mean for features without classes of these sizes.

    features: (n, d), a row a sample; labels: (n,), two or more classes. Returns value; null (chance; None where that
    is infinite); limit (the floor; None where the scatter within classes is singular, so that there is none); detail:
    classes, directions. Raises ValueError for shapes that do not fit and means that do not differ.

    Source: He, Su 2023, arXiv:2210.17020 (definition seen); floor and chance derived here.

    >>> round(float(separation_fuzziness([[1.0], [3.0], [-1.0], [-3.0]], [0, 0, 1, 1])), 6)
    0.25
    """
    given = matrix("features", features)
    return measured(given, _labels(labels, given))


def measured(given: Given, found: Labels) -> Result:
    """The fuzziness as a result."""
    K, n = len(found.classes), given.shape[0]
    E, M = _scatters(given, found)
    value = _fuzziness(given, E, M)
    chance = theory.null_fuzziness(n, K, given.shape[1])
    null = chance if math.isfinite(chance) else None
    floor = _floor(given, E, M, K)
    sentence = f"Separation fuzziness {value:.3g}"
    if null is not None and null > 0:
        sentence += f", {100 * value / null:.3g} % of what features without classes would have"
    if floor is not None:
        sentence += f"; no linear layer brings it below {floor:.3g}"
    detail = {"classes": K, "directions": min(K - 1, given.shape[1])}
    return Result("separation fuzziness", value, null, floor, None, None, sentence + ".", _CLAIMS, detail)


def layer_separation(layers: Any, labels: Any) -> Result:
    r"""Return by which factor the fuzziness changes a layer, and how straight its logarithm falls.

    $$\rho = \exp(\text{slope of } \log D_l \text{ in } l)$$

    layers: three or more arrays (n, d_l), the input first, then the outputs of the hidden layers; labels: (n,). Returns
    value (the factor a layer); null 1: nothing changes; detail: fuzziness (layers,), correlation of l and log D_l,
    near -1 where the law of separation holds, floor (of linear layers on the input, or None). Raises ValueError as
    `separation_fuzziness` does, naming the layer.

    Source: He, Su 2023, arXiv:2210.17020 (seen).

    >>> x = np.array([[1.0], [3.0], [-1.0], [-3.0]])
    >>> round(float(layer_separation([x, np.sign(x) + x / 4, np.sign(x) + x / 16], [0, 0, 1, 1])), 2)
    0.11
    """
    if not isinstance(layers, list | tuple) or len(layers) < 3:
        raise ValueError(f"layers = {type(layers).__name__}: must be a list of three or more arrays (samples, units)")
    given = [matrix(f"layers[{l}]", one) for l, one in enumerate(layers)]
    found = _labels(labels, given[0])
    for one in given[1:]:
        if one.shape[0] != given[0].shape[0]:
            raise ValueError(
                f"{one.name} = array of shape {one.shape}: must have {given[0].shape[0]} rows, as layers[0]"
            )
    results = [measured(one, found) for one in given]
    D = np.array([float(r) for r in results])
    if not D.all():
        l = int(np.argmin(D))
        raise ValueError(f"layers[{l}] = array of shape {given[l].shape}: must vary within classes, its fuzziness is 0")
    depth = np.arange(len(D)) - (len(D) - 1) / 2
    logs = np.log(D) - np.log(D).mean()
    slope = float(depth @ logs / (depth @ depth))
    size = float(np.linalg.norm(depth) * np.linalg.norm(logs))
    correlation = float(depth @ logs) / size if size > 0 else 0.0
    how = "falls" if slope < 0 else "rises"
    sentence = (
        f"Fuzziness {how} by a factor {math.exp(slope):.3g} a layer on average, from {D[0]:.3g} to {D[-1]:.3g}; its "
        f"logarithm is {'close to' if abs(correlation) > 0.9 else 'far from'} a straight line (correlation "
        f"{correlation:.3g})."
    )
    floor = results[0].limit
    if floor is not None:
        crossed = "below" if D[-1] < floor else "above"
        sentence += f" The last layer is {crossed} the {floor:.3g} that linear layers could reach."
    detail = {"fuzziness": D, "correlation": correlation, "floor": floor}
    return Result("decay of fuzziness", math.exp(slope), 1.0, None, None, None, sentence, _LAW, detail)
