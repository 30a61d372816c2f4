"""Separation of one's own classes, layer by layer, against chance and against what linear layers can reach."""

from overparam.measures.equi_separation import diagnosis
from overparam.measures.equi_separation.fuzziness import layer_separation, separation_fuzziness

__all__ = ["diagnosis", "layer_separation", "separation_fuzziness"]
