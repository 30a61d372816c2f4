"""Drawing the figures of topics from the judged table, or saying that they are up to date."""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.run.files import replace

if TYPE_CHECKING:
    import pandas as pd

    from figures.results import Picture

ROOMS = ("theory", "sims", "claims", "lab", "figures", "overparam")
MANIFEST = "manifest.json"
SHARED = {"style", "results", "points", "files", "gallery", "draw"}


def topics() -> tuple[str, ...]:
    """The topics that have figures."""
    import figures

    return tuple(sorted(m.name for m in pkgutil.iter_modules(figures.__path__) if m.name not in SHARED))


def draw(
    arguments: argparse.Namespace,
    chosen: Sequence[str],
    out: Path,
    judge: Callable[[Sequence[str]], pd.DataFrame],
    redraw: bool = False,
) -> int:
    """Draw the figures of topics into `out` from the table that `judge` returns for them; exit codes as of overparam.

    With neither `arguments.fresh` nor `redraw`, files that are up to date are left alone, and nothing is judged.
    """
    chosen = [topic for topic in topics() if topic in chosen]
    if not chosen:
        print("no figures for " + ", ".join(arguments.names))
        return 0
    stamp = out / f".{'+'.join(arguments.names) or 'all'}.json"
    key = _key(arguments)
    if not (arguments.fresh or redraw) and (files := _up_to_date(stamp, key)):
        print(f"{files} figure files in {out} are up to date")
        return 0
    return _draw(arguments, chosen, out, stamp, key, judge(chosen))


def _draw(
    arguments: argparse.Namespace, chosen: Sequence[str], out: Path, stamp: Path, key: str, table: pd.DataFrame
) -> int:
    from figures.gallery import GALLERY
    from lab.summary import passes

    pictures = {topic: importlib.import_module(f"figures.{topic}").FIGURES for topic in chosen}
    tasks = [(picture, out / topic, table[table.topic == topic]) for topic in chosen for picture in pictures[topic]]
    if not arguments.names:
        tasks.append((GALLERY, out, table))
    written = _saved(arguments, tasks) + [_list(out / topic, topic, pictures[topic]) for topic in chosen]
    if not passes(table):
        print("some claims do not agree: see overparam verify " + " ".join(arguments.names), file=sys.stderr)
        return 1
    sizes = {str(path.relative_to(out)): path.stat().st_size for path in written}
    stamp.write_text(json.dumps({"key": key, "files": sizes}), encoding="utf-8")
    return 0


def _saved(arguments: argparse.Namespace, tasks: list[tuple[Picture, Path, pd.DataFrame]]) -> list[Path]:
    """Draw and write the pictures, in the processes that simulate, and name each in its turn."""
    import joblib

    from lab.run.schedule import local_pool

    options = local_pool(arguments.jobs, tasks[0][2].backend.iloc[0])
    parallel = joblib.Parallel(batch_size=1, return_as="generator", **options)
    written: list[Path] = []
    for (picture, folder, _), files in zip(
        tasks, parallel(joblib.delayed(_save)(arguments, *task) for task in tasks), strict=True
    ):
        print(f"figure: {folder / picture.name}.svg (.pdf, .png)  {picture.title}", flush=True)
        written += files
    return written


def _save(arguments: argparse.Namespace, picture: Picture, folder: Path, table: pd.DataFrame) -> list[Path]:
    from figures.files import save
    from figures.results import Results
    from lab.run.sampling import sampler

    with sampler(arguments) as sample:
        return save(picture.draw(Results(table, sample)), folder, picture.name)


def _list(folder: Path, topic: str, pictures: Sequence[Any]) -> Path:
    """Write what the figures of a topic show, for readers that do not import this room: the report, the paper."""
    listed = [{"topic": topic, "name": p.name, "title": p.title, "claims": list(p.claims)} for p in pictures]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / MANIFEST
    replace(path, json.dumps(listed, indent=1) + "\n")
    return path


def _key(arguments: argparse.Namespace) -> str:
    """What the figures depend on: all our source text, the versions, and the options; not the stamp's own folder."""
    from importlib import metadata

    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted(p for room in ROOMS for p in (root / room).rglob("*.py")):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    used = [metadata.version(name) for name in ("numpy", "scipy", "matplotlib", "pandas")]
    options = {k: v for k, v in vars(arguments).items() if k in ("names", "tier", "seed", "backend", "store")}
    digest.update(json.dumps([used, options], sort_keys=True).encode())
    return digest.hexdigest()


def _up_to_date(stamp: Path, key: str) -> int:
    """The number of figure files, if the stamp has this key and they are all as they were written; else 0."""
    try:
        kept = json.loads(stamp.read_text(encoding="utf-8"))
        files = kept["files"].items()
        same = kept["key"] == key and all((stamp.parent / p).stat().st_size == size for p, size in files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return 0
    return sum(not p.endswith(MANIFEST) for p in kept["files"]) if same else 0
