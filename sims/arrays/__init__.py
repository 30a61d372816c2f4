"""The one package of sims that calls NumPy, SciPy or CuPy on data; everything that kernels take is named here.

Kernels work on stacks (leading axis: trials) in the array-API namespace of their generator and take from here all that
the standard lacks or that a backend does badly: namespaces and transfers, draws, linear algebra, choices, comparisons,
special functions, and the declaration of a kernel.
"""

from sims.arrays.compare import agree, less, less_equal, where_valid
from sims.arrays.declaration import kernel, stream_name
from sims.arrays.discrete import assignment, counts, top_k_mask
from sims.arrays.domain import Extended, NonNegative, Positive, Share, Whole
from sims.arrays.draws import (
    gaussian_rows,
    haar_frames,
    host_frame,
    host_generator,
    host_normals,
    host_stack,
    permutations,
    random_signs,
)
from sims.arrays.linear import (
    cholesky,
    eigh,
    eigvalsh,
    inv_forms,
    inv_trace,
    singular_values,
    solve,
    solve_lower,
    spd_inverse,
    spd_solve,
)
from sims.arrays.namespaces import (
    Array,
    Generator,
    HostGenerator,
    Namespace,
    arange,
    asarray,
    device,
    eye,
    host_array,
    namespace,
    strict_rng,
    to_host,
    zeros,
)
from sims.arrays.special import elementwise, erf, fft, ifft, irfft, normal_cdf, rfft

__all__ = [
    "Array",
    "Extended",
    "Generator",
    "HostGenerator",
    "Namespace",
    "NonNegative",
    "Positive",
    "Share",
    "Whole",
    "agree",
    "arange",
    "asarray",
    "assignment",
    "cholesky",
    "counts",
    "device",
    "eigh",
    "eigvalsh",
    "elementwise",
    "erf",
    "eye",
    "fft",
    "gaussian_rows",
    "haar_frames",
    "host_array",
    "host_frame",
    "host_generator",
    "host_normals",
    "host_stack",
    "ifft",
    "inv_forms",
    "inv_trace",
    "irfft",
    "kernel",
    "less",
    "less_equal",
    "namespace",
    "normal_cdf",
    "permutations",
    "random_signs",
    "rfft",
    "singular_values",
    "solve",
    "solve_lower",
    "spd_inverse",
    "spd_solve",
    "stream_name",
    "strict_rng",
    "to_host",
    "top_k_mask",
    "where_valid",
    "zeros",
]
