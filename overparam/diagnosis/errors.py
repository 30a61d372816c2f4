"""What is wrong with a user's data, in one paragraph."""

from lab.errors import Foreseeable


class DiagnosisError(Foreseeable):
    """The data cannot be diagnosed; the message says what is wrong with them."""
