"""Strong lottery tickets: which targets the 2^n subset sums of n random weights reach, and which mask pruning finds.

Conventions: items X_1..X_n independent, symmetric, ex2 = E X^2 (uniform on [-1, 1]: 1/3; standard normal: 1; product of
two uniform: 1/9); all 2^n subsets count, the empty one included; a target z is hit where a sum lies within eps of it;
s = sqrt(n ex2)/2 is the standard deviation of a subset sum given the items, and that of the sums' centre.
"""

from theory.lottery_tickets.cover import subset_cover_prob
from theory.lottery_tickets.finite import subset_cover_next, subset_hit_next
from theory.lottery_tickets.gadget import relu_gadget_prob
from theory.lottery_tickets.hits import subset_count_mean, subset_hit_prob
from theory.lottery_tickets.single import pick_one_prob
from theory.lottery_tickets.support import ticket_recovery_prob

__all__ = [
    "pick_one_prob",
    "relu_gadget_prob",
    "subset_count_mean",
    "subset_cover_next",
    "subset_cover_prob",
    "subset_hit_next",
    "subset_hit_prob",
    "ticket_recovery_prob",
]
