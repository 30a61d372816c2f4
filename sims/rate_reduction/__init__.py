"""Coding rates, measured and maximised: searches from many starts, literal steps, closed loops, trained features."""

from sims.rate_reduction.closed_loop import BestAnswer, Follower, best_answer, deviation_gain, follower_search
from sims.rate_reduction.features import DigitRates, NullRates, digit_rates, null_rates
from sims.rate_reduction.regularised import (
    RegularisedMaxima,
    RegularisedValue,
    mcr2_regularised_value,
    regularised_maxima,
)
from sims.rate_reduction.search import Search, leader_search, mcr2_optimum, mcr2_precision_constant
from sims.rate_reduction.slopes import (
    gradient_problem,
    rate_quotients,
    rate_reduction_two_lines,
    redunet_step_sv,
    ridge_residuals,
)
from sims.rate_reduction.transcription import Transcription, linear_transcription, transcription_problem

__all__ = [
    "BestAnswer",
    "DigitRates",
    "Follower",
    "NullRates",
    "RegularisedMaxima",
    "RegularisedValue",
    "Search",
    "Transcription",
    "best_answer",
    "deviation_gain",
    "digit_rates",
    "follower_search",
    "gradient_problem",
    "leader_search",
    "linear_transcription",
    "mcr2_optimum",
    "mcr2_precision_constant",
    "mcr2_regularised_value",
    "null_rates",
    "rate_quotients",
    "rate_reduction_two_lines",
    "redunet_step_sv",
    "regularised_maxima",
    "ridge_residuals",
    "transcription_problem",
]
