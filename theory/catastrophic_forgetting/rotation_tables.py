"""Numerators of the exact rational functions for random rotations, as tables of integers.

A table of rows holds the coefficients of m^j by ascending power of p, one row for each j; the common denominator is
p (p - 3) (p - 2) (p - 1) (p + 1) (p + 2) (p + 4) (p + 6). They come from the orthogonal Weingarten calculus of degree
2, 3, 4 and the trace moments of O(m), m >= 2.
"""

from __future__ import annotations

Rows = tuple[tuple[int, ...], ...]

# Coefficient of ||y||^2, by power of d.
OUTPUT: tuple[Rows, Rows, Rows] = (
    (
        (0, 576, 240, -180, 142, -12, 2),
        (-576, -240, -60, -324, 47, -28, 1),
        (0, 240, 230, -15, 50, -2, 1),
        (0, -48, -20, -26, 0, -2),
        (0, 0, 2, 1, 1),
    ),
    (
        (-288, -72, -148, -308, 50, -6),
        (48, 488, 392, 12, 84, -6),
        (-96, -182, -133, -114, 4, -4),
        (48, 44, 54, 4, 6),
        (0, -14, -1, -2),
    ),
    (
        (0, 168, 136, -26, 6),
        (-24, -88, -98, -54, 6),
        (36, 68, 49, 4, 4),
        (-24, -28, -4, -4),
        (12, 0, 1),
    ),
)
# Coefficient of ||X||_F^2 ||X^+ y||^2, by power of d.
WEIGHTS: tuple[Rows, Rows, Rows] = (
    (
        (-288, -168, -104, -182, 24, -18),
        (144, 636, 336, -45, 84, 3, 2),
        (-144, -120, -134, -109, -4, -7),
        (0, 48, 20, 14, 10),
        (0, 12, -6, -4),
    ),
    (
        (0, 408, 356, -4, 46, -2),
        (-264, -308, -284, -204, 0, -6),
        (36, 256, 163, 44, 26),
        (-48, -8, -48, -28),
        (-12, 12, 9),
    ),
    (
        (-144, -144, -32, -30, 2),
        (60, 154, 96, 10, 6),
        (-42, -39, -46, -20),
        (-12, 34, 18),
        (-6, -5),
    ),
)
# Coefficient of ||X||_F^2 ||P_1 w*||^2: TEACHER - d (p - d) WEIGHTS[2], symmetric in d and p - d.
TEACHER: Rows = (
    (0, -48, -80, -20, 4, -8),
    (48, 176, 82, -43, 12, 7, 2),
    (-96, -110, 55, 2, -14, -5),
    (48, -16, -4, 8, 4),
    (0, -2, -1, -1),
)
