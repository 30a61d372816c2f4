"""Levenberg-Marquardt stands in `sims.levenberg`, which all topics share."""

from sims.levenberg import Fit, Model, levenberg_marquardt, search

__all__ = ["Fit", "Model", "levenberg_marquardt", "search"]
