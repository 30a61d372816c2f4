"""Linear classifiers of one's own: whether two classes are separable, and how far from the largest margin one is."""

from overparam.measures.implicit_bias import diagnosis
from overparam.measures.implicit_bias.margin import MarginProgress, margin_progress

__all__ = ["MarginProgress", "diagnosis", "margin_progress"]
