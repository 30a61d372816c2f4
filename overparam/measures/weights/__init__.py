"""The layers of a trained model: what stands out of noise, balance of neighbours, and what moved between checkpoints.

Each number is set against its null for a random matrix of that shape. No data are needed.
"""

from overparam.measures.weights.change import moving_directions
from overparam.measures.weights.layers import layers
from overparam.measures.weights.neighbours import balance
from overparam.measures.weights.report import Layer, Report, weight_report
from overparam.measures.weights.singular import Spectrum, signal_rank, spectrum, stable_rank

__all__ = [
    "Layer", "Report", "Spectrum", "balance", "layers", "moving_directions", "signal_rank", "spectrum", "stable_rank",
    "weight_report",
]  # fmt: skip
