"""Drawing topic by topic what is not up to date: judge its claims, run its pictures' cells, draw what changed.

A picture is drawn again when its rows, its cells' blocks or its own source changed, whatever the verdicts are. Whether
anything can have changed is asked first, of the sources' bytes alone; nothing heavy is imported for that.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from figures.stamps import Stamp, quick_keys, write_manifest
from lab.errors import Foreseeable

if TYPE_CHECKING:
    import pandas as pd

    from figures.picture import Picture
    from figures.results import Results


class UnknownPictureError(Foreseeable):
    """A picture was asked for that its topic does not have; the message names the nearest."""


Judge = Callable[[Sequence[str], bool], "pd.DataFrame"]
GALLERY = "gallery"


def pictures(topic: str) -> tuple[Picture, ...]:
    """The pictures of a topic, in their order; the first panel of the first stands in the gallery."""
    return importlib.import_module(f"figures.{topic}").FIGURES


def draw(
    arguments: argparse.Namespace,
    chosen: Mapping[str, Sequence[str]],
    out: Path,
    judge: Judge,
    redraw: bool = False,
) -> int:
    """Draw the pictures of topics (of each: those named, or all) into `out`; exit codes as of overparam.

    `judge(slugs, fresh)` returns the table of these claims. With `redraw`, `arguments.fresh`, or exports asked for,
    nothing is taken to be up to date.
    """
    run = _Run(arguments, out, judge, redraw)
    codes = [run.topic(topic, names) for topic, names in chosen.items()]
    if run.whole:
        run.gallery(list(chosen))
    if not run.drawn:
        print(f"{run.files} figure files in {out} are up to date")
    if any(codes):
        print("some claims do not agree: see overparam verify " + " ".join(arguments.names), file=sys.stderr)
    return max(codes, default=0)


class _Run:
    """One call of `draw`: its options, and what it has done so far."""

    def __init__(self, arguments: argparse.Namespace, out: Path, judge: Judge, redraw: bool) -> None:
        self._arguments, self._out, self._judge = arguments, out, judge
        self._panel: str | None = getattr(arguments, "panel", None)
        self._width: str | None = getattr(arguments, "width", None)
        exported = any(getattr(arguments, name, None) for name in ("json", "csv", "parquet"))
        self._redraw, self._fresh = redraw or arguments.fresh, arguments.fresh
        self._asked = self._redraw or exported
        self._variant = "".join(f"-{part}" for part in (self._panel, self._width) if part)
        self._quick = quick_keys(arguments)
        self._first: dict[str, Results] = {}
        self.whole = not arguments.names and not self._variant
        self.drawn = self.files = 0

    # --- a topic -----------------------------------------------------------------------------------------------------

    def topic(self, topic: str, names: Sequence[str]) -> int:
        """Judge and draw what is not up to date; 1 if a claim does not agree."""
        stamp = Stamp(self._out / topic)
        quick = self._quick(topic)
        answer = None if self._asked else stamp.answer([n + self._variant for n in names], self._variant, quick)
        if answer is not None:
            self.files += answer.files
            return answer.code
        _check(topic, names)
        first = pictures(topic)[0].name
        if not (names or self.drawn or self._redraw) and stamp.key(first + self._variant) is None:
            self.topic(topic, [first])  # a first picture within a minute, before the rest of its topic is judged
        return self._topic(topic, names, quick)

    def _topic(self, topic: str, names: Sequence[str], quick: str) -> int:
        from lab.summary import passes

        wanted = [p for p in pictures(topic) if p.name in names or not names]
        wanted = [p for p in wanted if not self._panel or self._panel in p.letters]
        if not wanted:
            return 0
        table = self._judge(sorted({c for p in wanted for c in p.claims}) if names else [topic], self._fresh)
        _say("/".join([topic, *names]), table)
        code, stamp = 0 if passes(table) else 1, Stamp(self._out / topic)
        self._draw(topic, wanted, table, stamp)
        stems = [p.name + self._variant for p in wanted]
        if not names:
            write_manifest(self._out / topic, topic, pictures(topic))
            stamp.whole(self._variant, stems)
        stamp.judged(stems, quick, code, None if names else self._variant)
        return code

    def _draw(self, topic: str, wanted: Sequence[Picture], table: pd.DataFrame, stamp: Stamp) -> None:
        keys = {p.name: self._key(topic, p, table) for p in wanted}
        stale = [p for p in wanted if self._redraw or not stamp.fresh(p.name + self._variant, keys[p.name])]
        results = self._collect(stale, table)
        for p, files in zip(stale, self._saved(topic, stale, results), strict=True):
            print(f"figure: {files[0]} (.pdf, .png)  {p.title}", flush=True)
            stamp.wrote(p.name + self._variant, keys[p.name], files)
        self.drawn += len(stale)
        self.files += 3 * (len(wanted) - len(stale))
        if stale and stale[0].name == pictures(topic)[0].name:
            self._first[topic] = results[0]

    def _key(self, topic: str, picture: Picture, table: pd.DataFrame) -> str:
        from figures.keys import key

        return key(topic, picture, table, self._arguments, self._variant)

    def _collect(self, stale: Sequence[Picture], table: pd.DataFrame) -> list[Results]:
        """The declared cells of pictures, all in one plan."""
        from figures.results import Results
        from lab.run.sampling import collect, simulations

        a, needs = self._arguments, [need for p in stale for need in p.needs()]
        runs = simulations(needs, a.backend, a.seed)
        again = {run.key for run in runs} - _judged_keys(table, a) if self._fresh else set()
        samples = collect(
            needs, a.backend, a.seed, a.store, a.jobs, a.scheduler, sys.stderr, warn=_warn, again=again
        )  # fmt: skip
        found, start = [], 0
        for p in stale:
            names = p.names()
            data: dict[Any, Any] = {}
            for name, sample in zip(names, samples[start : start + len(names)], strict=True):
                old = data.get(name)
                if old is None or len(next(iter(old.values()))) < len(next(iter(sample.values()))):
                    data[name] = sample
            start += len(names)
            found.append(Results(p.name, table[table.claim.isin(p.claims)], data))
        return found

    def _saved(self, topic: str, stale: Sequence[Picture], results: Sequence[Results]) -> Any:
        """Draw and write: here where there are few, else in the processes that simulate."""
        tasks = [
            (topic, p.name, r, self._out / topic, p.name + self._variant, self._panel, self._width)
            for p, r in zip(stale, results, strict=True)
        ]
        if len(tasks) < 3 or self._arguments.jobs == 1:
            return map(_save, tasks)
        import joblib

        from lab.run.schedule import local_pool

        parallel = joblib.Parallel(batch_size=1, return_as="generator", **local_pool(self._arguments.jobs, "numpy"))
        return parallel(joblib.delayed(_save)(task) for task in tasks)

    # --- the gallery -------------------------------------------------------------------------------------------------

    def gallery(self, topics: Sequence[str]) -> None:
        """One panel a topic, drawn again when any of them, or the way they are put together, changed."""
        stamp = Stamp(self._out)
        quick = self._quick(None)
        if not self._asked and stamp.answer([GALLERY], "", quick) is not None:
            self.files += 3
            return
        from figures.files import save
        from figures.gallery import gallery, source

        first = {topic: pictures(topic)[0] for topic in topics}
        drawn = {topic: Stamp(self._out / topic).key(picture.name) for topic, picture in first.items()}
        key = "+".join([source(), *map(str, drawn.values())])
        if self._redraw or not stamp.fresh(GALLERY, key):
            for topic, picture in first.items():
                if topic not in self._first:
                    self._first[topic] = self._collect([picture], self._judge(list(picture.claims), False))[0]
            files = save(gallery({topic: (first[topic], self._first[topic]) for topic in topics}), self._out, GALLERY)
            print(f"figure: {files[0]} (.pdf, .png)  one panel of each topic", flush=True)
            stamp.wrote(GALLERY, key, files)
            self.drawn += 1
        stamp.judged([GALLERY], quick, 0, None)


def _check(topic: str, names: Sequence[str]) -> None:
    known = [p.name for p in pictures(topic)]
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or known
            hint = " or ".join(repr(f"{topic}/{one}") for one in close)
            raise UnknownPictureError(f"there is no picture {topic}/{name!s}; did you mean {hint}?")


def _save(task: tuple[Any, ...]) -> list[Path]:
    """Draw one picture and write its files; the picture is found by name, so that any process can."""
    from figures.files import save

    topic, name, results, folder, stem, panel, width = task
    picture = next(p for p in pictures(topic) if p.name == name)
    try:
        return save(picture.figure(results, panel, width), folder, stem)
    except Exception as error:
        raise RuntimeError(f"picture {topic}/{name} cannot be drawn: {type(error).__name__}: {error}") from error


def _judged_keys(table: pd.DataFrame, arguments: argparse.Namespace) -> set[str]:
    """The simulations that the judge has just run anew for its own rows."""
    from figures.results import claim
    from lab.run.sampling import Need, simulations

    slugs = list(table.claim.unique())
    cells = [(claim(slug), dict(cell)) for slug in slugs for cell in claim(slug).grid.cells(arguments.tier)]
    return {
        run.key for run in simulations([Need(c.simulate, x, 1) for c, x in cells], arguments.backend, arguments.seed)
    }


def _say(topic: str, table: pd.DataFrame) -> None:
    from lab.summary import closing, summarise

    print("\n".join(f"{topic}: {line}" for line in closing(summarise(table))), flush=True)


def _warn(message: str) -> None:
    print("overparam: " + message, file=sys.stderr)
