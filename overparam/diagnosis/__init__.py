"""A practitioner's entry: which theory applies to data, networks and gradients of one's own, in numbers and words."""

from overparam.diagnosis.diagnosis import Diagnosis, diagnose
from overparam.diagnosis.errors import DiagnosisError
from overparam.diagnosis.reading import read

__all__ = ["Diagnosis", "DiagnosisError", "diagnose", "read"]
