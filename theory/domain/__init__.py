r"""The domain of an argument, declared once: in the signature, as the type that the body sees.

    @checked
    def peak_variance(lam: NonNegatives, sigma2: NonNegatives = default(1.0)) -> Floats:

`checked` converts every argument by its annotation before the body runs, and refuses what does not belong there with a
ValueError that names the argument, its value and what is allowed: NaN, strings, booleans, empty arrays, numbers outside
the interval, finite numbers too large to be squared and multiplied. Callers may pass numbers, lists and arrays of any
kind; the body may rely on its types. So for a new function:

- Scalars: `Count`, `Real`, `NonNegative`, `Positive`, `Divisor`, `Share` (int and float); `bool` is a flag, and
  `Literal["projected", "renormalised"]` a choice of words. Arrays of any shape: the same names in the plural. Fixed
  dimension: `Vector`, `NonNegativeVector`, `PositiveVector`, `Matrix`.
- Another interval or shape: `Annotated[float, In(0.0, 0.5, open_high=True)]`, `Annotated[int, In(2)]`,
  `Annotated[Floats, In(0.0, ndim=1, like="eigenvalues")]` (as long as the last axis of the argument named), with the
  type int, float, Integers or Floats. Something else: `Annotated[T, Parsed(parse, "what is allowed")]` where
  `parse(name, value)` returns a T or raises `refusal(name, value, "what is allowed")`.
- `| None = None` allows None. A default for an array is written `default(1.0)`: mypy sees an array, the reader 1.0.
- `@checked(broadcast=True)` also broadcasts all arrays without a fixed dimension against each other.
- What concerns two arguments (p > n) is checked in the body, by the same kind of message.

From the declarations follow the check, its message, the bad-input tests and the sentences of the reference:
`domain_of(function)` maps each argument to its `Domain`, whose `allowed()` is the sentence. Every argument of a checked
function has a domain; one without is a TypeError when the module is imported. Private functions that a solver calls
often are not decorated: they take what is already converted.
"""

from theory.domain.checks import (
    LARGEST,
    SMALLEST,
    Floats,
    Integers,
    broadcast,
    flag,
    integer,
    integers,
    one_of,
    real,
    reals,
    refusal,
    words_text,
)
from theory.domain.declarations import Domain, In, Parsed
from theory.domain.decorator import checked, default, domain_of
from theory.domain.names import (
    Count,
    Counts,
    Divisor,
    Divisors,
    Matrix,
    NonNegative,
    NonNegatives,
    NonNegativeVector,
    Positive,
    Positives,
    PositiveVector,
    Real,
    Reals,
    Share,
    Shares,
    Vector,
)

__all__ = [
    "LARGEST", "SMALLEST", "Count", "Counts", "Divisor", "Divisors", "Domain", "Floats", "In", "Integers", "Matrix",
    "NonNegative", "NonNegativeVector", "NonNegatives", "Parsed", "Positive", "PositiveVector", "Positives", "Real",
    "Reals", "Share", "Shares", "Vector", "broadcast", "checked", "default", "domain_of", "flag", "integer",
    "integers", "one_of", "real", "reals", "refusal",
    "words_text",
]  # fmt: skip
