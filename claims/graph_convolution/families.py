"""Families of sizes that the claims share, and what stays of a cell in the limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import theory.graph_convolution as theory
from claims import cells, instance

Named = dict[str, Any]
PAPER = "shi2024homophily"
QUICK, FULL = [40, 80, 160], [200, 400, 800]
CELLS = (
    {"gam": 4.0, "tau": 0.5, "lam": 2.0, "mu": 1.0, "rho": 0.05},
    {"gam": 1.6, "tau": 0.2, "lam": -2.0, "mu": 1.0, "rho": 0.0},
    {"gam": 0.8, "tau": 0.5, "lam": 1.5, "mu": 2.0, "rho": 0.1},
)
"""More labels than features, fewer, and more features than nodes."""
MORE = (
    {"gam": 5.0, "tau": 0.8, "lam": -1.0, "mu": 0.0, "rho": 0.0},
    {"gam": 2.5, "tau": 0.5, "lam": 2.0, "mu": 1.0, "rho": 0.05},
)


def families(sizes: list[int], *chosen: Named, **loop: float) -> tuple[Named, ...]:
    """One family of growing N for each of the parameter sets."""
    return tuple(cell for fixed in chosen for cell in cells(**fixed, **loop, N=sizes))


@instance
def limit(gam: float, tau: float, lam: float, mu: float, rho: float, N: int, c: float = 0.0) -> Named:
    """All but the size, which goes to infinity."""
    return {"gam": gam, "tau": tau, "lam": lam, "mu": mu, "rho": rho, "c": c}


def wrong(*fields: str, **changes: Callable[[Named], float]) -> Callable[..., Named]:
    """The right formula at wrong arguments; only the fields named."""

    def predict(gam: float, tau: float, lam: float, mu: float, rho: float, N: int, c: float = 0.0) -> Named:
        right = {"gam": gam, "tau": tau, "lam": lam, "mu": mu, "rho": rho, "c": c}
        found = theory.gcn_risk(**{**right, **{name: change(right) for name, change in changes.items()}})
        return {name: getattr(found, name) for name in fields}

    return predict
