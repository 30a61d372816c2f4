"""Low-rank dynamics of one's own: in how many directions a layer moved between two checkpoints.

`diagnose` takes it of every layer where two checkpoints are given.
"""

from overparam.measures.weights.change import moving_directions

__all__ = ["moving_directions"]
