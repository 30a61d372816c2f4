"""Speed of the kernels, measured in one process against the loops a user would write: `python -m benchmarks`."""
