"""The command `overparam diagnose`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser, folder: str) -> None:
    """Declare what the command takes; `folder` is where its picture goes by default."""
    parser.add_argument(
        "files", metavar="FILE", nargs="+",
        help="a .npz or .safetensors of features (samples, dimensions) and any of labels, targets, classifier, bias, "
        "or of grad_W, grad_b and the batch behind them, or of a model's weights; a .csv; a .npy of features; two "
        "files: an earlier checkpoint and a later one",
    )  # fmt: skip
    parser.add_argument("--label", metavar="COL", help="the column of a .csv that holds class labels")
    parser.add_argument("--target", metavar="COL", help="the column of a .csv that holds regression targets")
    parser.add_argument("--json", metavar="FILE", help="write all numbers as strict JSON")
    parser.add_argument("--out", metavar="DIR", default=folder, help=f"folder for the figure (default: {folder})")


def run(arguments: argparse.Namespace) -> int:
    """Print the diagnosis, draw it, and write it where asked to."""
    from figures.files import save
    from overparam.diagnosis.diagnosis import diagnose
    from overparam.diagnosis.errors import DiagnosisError
    from overparam.diagnosis.picture import draw

    files = [Path(file) for file in arguments.files]
    if len(files) > 2:
        raise DiagnosisError(f"{len(files)} files: must be one, or two checkpoints, the earlier first")
    earlier = files[0] if len(files) == 2 else None
    found = diagnose(files[-1], earlier, label=arguments.label, target=arguments.target)
    print(found)
    if arguments.json:
        path = Path(arguments.json)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found.record(), allow_nan=False, indent=1) + "\n", encoding="utf-8")
        print(f"\nnumbers: {path}")
    paths = save(draw(found), Path(arguments.out), "diagnosis")
    print(f"figure: {paths[0]} (.pdf, .png)")
    return 0
