"""Cells of subset sums: accuracies in units of the sums' spacing, targets in units of their standard deviation."""

from __future__ import annotations

import math
from typing import Any

from claims import instance

EX2 = {"uniform": 1 / 3, "normal": 1.0, "product": 1 / 9}
EX4 = {"uniform": 1 / 5, "normal": 3.0, "product": 1 / 25}
"""E X^2 and E X^4: uniform on [-1, 1], standard normal, product of two uniform."""


def deviation(n: int, dist: str) -> float:
    """s, the standard deviation of a subset sum given the items."""
    return math.sqrt(n * EX2[dist]) / 2


def accuracy(n: int, lam: float, dist: str) -> float:
    """eps at which lam of the 2^n sums are expected near their centre."""
    return lam * deviation(n, dist) * math.sqrt(2 * math.pi) / 2.0 ** (n + 1)


@instance
def near(n: int, lam: float, ratio: float, dist: str) -> dict[str, Any]:
    """The target ratio s, and eps from lam."""
    s = deviation(n, dist)
    return {"n": n, "eps": accuracy(n, lam, dist), "z": ratio * s, "ex2": EX2[dist], "dist": dist}


@instance
def far(n: int, lam: float, ratio: float, dist: str) -> dict[str, Any]:
    """As `near`, for simulations that take the law alone."""
    return {"n": n, "eps": accuracy(n, lam, dist), "z": ratio * deviation(n, dist), "dist": dist}


@instance
def interval(n: int, c: float, L: float) -> dict[str, Any]:
    """eps = c n/2^n for uniform items."""
    return {"n": n, "eps": c * n / 2.0**n, "L": L}
