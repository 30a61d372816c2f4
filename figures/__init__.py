"""Pictures: one package per topic, drawn from stored results plus theory curves, in one shared style.

How a topic's picture is made (`figures/double_descent/min_norm.py` is the pattern, 40 to 80 lines):

- A module holds one picture. At its top stand the cells it needs, by the slug of the claim whose `simulate` runs:
  `DOTS = along("isotropic-min-norm-risk", 512, "p", SIZES, n=40, r2=2.0, sigma2=0.5)`. What no claim simulates stands
  as a recipe in `claims/T/shown.py`. Figures import lab, claims, theory, no topic of sims; they simulate nothing.
- Each panel is a function of (axes, results): lines from theory, dots by
  `style.simulation(ax, x, *results.mean(DOTS, "variance"), index)`. `Picture(name, title, claims, cells, panels)` puts
  them together; the topic's package lists its pictures as `FIGURES`.
- Theory is a line, simulation is dots with 95 % intervals in the same colour, a decoy thin, grey and dashed. What a
  claim asserts as a limit or bound is dotted in its series' colour (`style.asymptote`), never drawn as a decoy.
- Under a panel that shows agreement stands a strip: `Strip(ax, results, reach).judged(rows, "p").dots(...).decoy(...)`,
  (simulation - theory)/theory with the intervals that the judge used and what the claim allows; decoys leave it.
- Every curve is labelled, beside it (`style.name`) where there is room, else by `style.legend`, whose lines carry their
  dots; nothing lies over anything. One word per quantity, the same on axis, label and caption. Captions say the rest.
- The first panel of a topic's first picture stands in the gallery and is read at 5 cm: two or three curves, one
  message; `results.brief` is true there, and strips are left out.

A picture is drawn again when its rows, its cells' blocks, its claims' formulas or its own source change.
"""
