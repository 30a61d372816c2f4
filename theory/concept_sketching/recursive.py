"""Many objects in one vector: turned by random rotations, added, partly erased, and turned back."""

from __future__ import annotations

from typing import Annotated, Literal

from theory.domain import Count, In, NonNegative, checked, refusal

__all__ = ["sketch_error", "two_level_error"]

Kept = Annotated[float, In(0.0, 1.0, open_low=True)]


@checked
def sketch_error(
    d: Count,
    D: Count,
    q: Kept,
    norm2_target: NonNegative,
    norm2_others: NonNegative,
    erasure: Literal["exact", "independent"] = "exact",
) -> float:
    r"""Return the mean squared error of an object read from a sum of rotated objects of which a share q is kept.

    .. math:: \frac{d}{Dq}\sum_{i\ne j}|x_i|^2 + \frac{1-q}{q}|x_j|^2\,\frac{2 + (d-1)D/(D-1)}{D+2}

    $s = \sum_i R_i x_i$ with R_i the first d columns of independent uniformly random rotations of D dimensions, exactly
    qD coordinates kept, and $\hat x_j = R_j^\top s_{kept}/q$, which is unbiased. Where each coordinate is kept with
    probability q by itself (erasure "independent"), d + 2 stands in the last numerator.

    d <= D dimensions of an object and of the sketch; q in (0, 1], smooth in it although qD is an integer where it is
    done; norm2_target = |x_j|^2; norm2_others, the sum of the other squared norms; erasure: "exact" or "independent".
    Raises ValueError outside these domains, and for D = 1 with q < 1 of exactly qD.

    Source: construction of Ghazi, Panigrahy, Wang 2019, arXiv:1905.12730 (abstract seen, recalled); derived here.

    >>> round(sketch_error(4, 12, 0.5, 1.0, 0.0), 6), round(sketch_error(4, 12, 1.0, 1.0, 3.0), 6)
    (0.376623, 1.0)
    """
    if d > D:
        raise refusal("d", d, f"an integer from 1 to D = {D}")
    if erasure == "independent":
        spread = float(d)
    else:
        if D == 1 and q < 1:
            raise refusal("q", q, "1 where D = 1: nothing can be erased")
        spread = (d - 1) * D / (D - 1) if d > 1 else 0.0
    return d * norm2_others / (D * q) + (1 - q) / q * norm2_target * (2 + spread) / (D + 2)


@checked
def two_level_error(d: Count, D: Count, norm2_others: NonNegative) -> float:
    r"""Return the mean squared error of a leaf of a sketch of sketches, $\frac dD\sum_{leaves \ne it}|x|^2$.

    $o_i = \sum_b R_b x_{ib}$ and $s = \sum_i Q_i o_i$ with full random rotations Q_i of D dimensions; a leaf is read as
    $R_a^\top Q_j^\top s$. Every other leaf counts once, whatever its depth.

    d <= D; norm2_others: the sum of the squared norms of all other leaves. Raises ValueError outside these domains.

    Source: as `sketch_error`.

    >>> two_level_error(3, 12, 4.0)
    1.0
    """
    return sketch_error(d, D, 1.0, 0.0, norm2_others)
