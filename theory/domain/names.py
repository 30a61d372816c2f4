"""Names for the usual domains: scalars in the singular, arrays of any shape in the plural."""

from __future__ import annotations

from typing import Annotated

from theory.domain.checks import SMALLEST, Floats, Integers
from theory.domain.declarations import In

Count = Annotated[int, In(1)]
Counts = Annotated[Integers, In(1)]
Real = Annotated[float, In()]
Reals = Annotated[Floats, In()]
NonNegative = Annotated[float, In(0.0)]
NonNegatives = Annotated[Floats, In(0.0)]
Positive = Annotated[float, In(0.0, open_low=True)]
Positives = Annotated[Floats, In(0.0, open_low=True)]
Share = Annotated[float, In(0.0, 1.0)]
Shares = Annotated[Floats, In(0.0, 1.0)]
# What is divided by or taken to negative powers, where the quotient must stay a float.
Divisor = Annotated[float, In(SMALLEST)]
Divisors = Annotated[Floats, In(SMALLEST)]

Vector = Annotated[Floats, In(ndim=1)]
NonNegativeVector = Annotated[Floats, In(0.0, ndim=1)]
PositiveVector = Annotated[Floats, In(0.0, open_low=True, ndim=1)]
Matrix = Annotated[Floats, In(ndim=2)]
