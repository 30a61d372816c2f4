"""Graph convolution networks: double descent in the number of labels, homophily, and the sign of the self-loop.

Conventions: N nodes, F features, gam = N/F, tau N labelled nodes; labels are +-1; rho is the ridge on the sum of
squares (not per sample); lam > 0 is homophily, lam < 0 heterophily; risks are mean squared errors of the labels.
"""

from theory.graph_convolution.no_loop import GcnRisk
from theory.graph_convolution.risk import gcn_risk, optimal_self_loop

__all__ = ["GcnRisk", "gcn_risk", "optimal_self_loop"]
