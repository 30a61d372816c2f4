"""The table of verdicts as rows of a LaTeX table (package booktabs)."""

from __future__ import annotations

import math
import re

import pandas as pd

from lab.judge.finding import AGREES
from lab.summary import summarise

_ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def to_latex(table: pd.DataFrame) -> str:
    r"""Return what `lab.verify` found as a LaTeX tabular with booktabs rules, one row a claim.

    The columns are claim, verdict (with the factor of a loose bound), smallest error seen, decoys rejected and trials.
    The document needs `\usepackage{booktabs}`.

    >>> from claims import load_claims
    >>> from lab import verify
    >>> print(to_latex(verify(load_claims("double_descent")[0], jobs=1)))
    \begin{tabular}{@{}llrrr@{}}
    \toprule
    claim & verdict & smallest error seen & decoys rejected & trials \\
    \midrule
    isotropic-min-norm-risk & agrees & ...\,\% & 4/4 & ... \\
    \bottomrule
    \end{tabular}
    """
    lines = [
        r"\begin{tabular}{@{}llrrr@{}}", r"\toprule",
        r"claim & verdict & smallest error seen & decoys rejected & trials \\", r"\midrule",
    ]  # fmt: skip
    for s in summarise(table):
        loose = rf", loose $\times {s.loose:.3g}$" if s.verdict == AGREES and s.loose > 0 else ""
        cells = (_escape(s.claim), s.verdict + loose, _error(s.seen), f"{s.rejected}/{s.decoys}", str(s.trials))
        lines.append(" & ".join(cells) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


def _error(x: float) -> str:
    if math.isnan(x):
        return "--"
    if x >= 1e-5:
        return f"{100 * x:.2g}\\,\\%" if x < 10 else f"{1 + x:.3g}-fold"
    mantissa, exponent = f"{x:.1e}".split("e")
    return rf"${mantissa}\times 10^{{{int(exponent)}}}$"


def _escape(text: str) -> str:
    return re.sub(r"[\\~^&%$#_{}]", lambda found: _ESCAPED.get(found[0], "\\" + found[0]), text)
