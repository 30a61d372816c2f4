"""Neural collapse: optima of the unconstrained features model, their thresholds, and the paths that lead there."""
