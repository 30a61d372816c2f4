"""What `diagnose` says of a layer's gradient."""

from __future__ import annotations

from overparam.measures.gradient_reconstruction.leakage import gradient_leakage_report
from overparam.measures.gradient_reconstruction.recovery import is_softmax, recover_labels
from overparam.measures.input import Given
from overparam.measures.rank import numerical_rank
from overparam.measures.registry import measure
from overparam.measures.result import Result


@measure("Gradient of a layer: what it leaks", needs=("grad_W",), takes=("grad_b", "batch"))
def of_gradient(grad_W: Given, grad_b: Given | None, batch: Given | None) -> tuple[Result, ...]:
    """Ranks and samples; batches that matching determines and labels, if this can be the last layer."""
    report = gradient_leakage_report(grad_W, grad_b, batch, loss="softmax")
    squared = gradient_leakage_report(grad_W, loss="squared").identifiable
    found = [result for result in (*report, squared) if result is not None]
    if grad_W.shape[0] > 1 and is_softmax(grad_W) and (grad_b is None or is_softmax(grad_b)):
        if grad_b is not None:
            found.append(recover_labels(grad_b))
        elif grad_W.shape[0] > 2 and numerical_rank(grad_W) == 1:
            found.append(recover_labels(grad_W=grad_W))
    return tuple(found)
