"""Graph convolution networks: double descent in the number of labels, homophily, and the sign of the self-loop."""

from claims.claim import Claim
from claims.graph_convolution import no_loop, self_loop

CLAIMS: tuple[Claim, ...] = (*no_loop.CLAIMS, *self_loop.CLAIMS)
