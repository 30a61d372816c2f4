"""Double descent on data of one's own: test error against ridge, effective dimensions, in one piece or in batches."""

from overparam.measures.double_descent import diagnosis
from overparam.measures.double_descent.batches import RidgeBatches
from overparam.measures.double_descent.curve import Curve
from overparam.measures.double_descent.ridge import (
    RIDGES,
    effective_dimensions,
    gcv,
    leave_one_out,
    predict_test_error,
)

__all__ = [
    "RIDGES",
    "Curve",
    "RidgeBatches",
    "diagnosis",
    "effective_dimensions",
    "gcv",
    "leave_one_out",
    "predict_test_error",
]
