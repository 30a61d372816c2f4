"""What figures show beside the claims' own cells: pruned kernels along the angle."""

from __future__ import annotations

from typing import Any

import sims.pruned_ntk as sims
from claims import instance


@instance
def at_angle(rho: float, alpha: float, rescaled: bool) -> dict[str, Any]:
    """Eight pairs of one inner product, two hidden layers of 128 units."""
    return {**sims.pairs(rho), "depth": 2, "alpha": alpha, "rescaled": rescaled, "width": 128}


pruned_at_angle = at_angle.of(sims.pruned_ntk_limit)
