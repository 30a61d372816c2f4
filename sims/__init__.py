"""What happens when it is really done: batched Monte-Carlo kernels over an array namespace. One module per topic.

A kernel takes the theory function's parameters plus `trials` and `rng`, draws one block of trials from `rng` (a NumPy
or CuPy Generator, or `arrays.strict_rng`), computes on the whole stack and returns named per-trial statistics.
"""
