"""Claims of a user's own file: how it is loaded, and how its code reaches worker processes.

The file, and what it imports from its folder, travels to workers by value: they need not find it, and a theory.py
beside it hides nothing. So does a module that has no place on the path, as some test runners make. Loading a file runs
its code.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import importlib.util
import re
import site
import sys
import sysconfig
import traceback
from collections.abc import Iterable
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.errors import Foreseeable

ROOMS = ("theory", "sims", "claims", "lab", "figures", "overparam")
PRIVATE = "overparam_own_"
"""How the names of loaded files begin; the name ends in the file's stem."""


class FileError(Foreseeable):
    """A file of claims cannot be loaded; the message names file and line."""


@functools.cache
def _installed() -> tuple[str, ...]:
    """Folders of the interpreter, of installed packages (where we find ours, too) and of our rooms."""
    house = Path(__file__).resolve().parents[2]
    paths = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    specs = [importlib.util.find_spec(name) for name in ("numpy", "scipy", "pandas", "joblib", "matplotlib")]
    paths += [str(Path(spec.origin).parents[1]) for spec in specs if spec is not None and spec.origin]
    paths += [*site.getsitepackages(), site.getusersitepackages(), *(str(house / room) for room in ROOMS)]
    return tuple(f"{form}/" for path in paths for form in {str(path), str(Path(path).resolve())})


@functools.cache
def is_own(file: str | None) -> bool:
    """Whether a file of code is the user's: neither installed, nor ours, nor without a file.

    >>> is_own(__file__), is_own("/home/ada/mine.py"), is_own("<frozen os>")
    (False, True, False)
    """
    return file is not None and not file.startswith("<") and not file.startswith(_installed())


def where(error: BaseException) -> str:
    """An exception as one line: what, and the last line of the user's own code (else the last) that raised it."""
    text = f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if is_own(frame.filename)] or frames
    return f"{text} ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else text


_folders: dict[str, None] = {}
"""The folders of the files that were loaded."""


def travels(module: ModuleType | None) -> bool:
    """Whether a module is a loaded file or was imported from the folder of one."""
    file = getattr(module, "__file__", None)
    return file is not None and is_own(file) and file.startswith(tuple(_folders))


def by_value() -> None:
    """Have what workers cannot import pickled by value from now on: for joblib's processes and for Dask's."""
    picklers: list[Any] = []
    for name in ("cloudpickle", "joblib.externals.cloudpickle"):  # joblib before 1.6 has a copy of its own
        with contextlib.suppress(ImportError):
            picklers.append(importlib.import_module(name))
    for name, module in list(sys.modules.items()):
        own = is_own(getattr(module, "__file__", None)) and module.__name__ == name != "__main__"
        if own and (travels(module) or PathFinder.find_spec(name.partition(".")[0]) is None):
            for pickler in picklers:
                pickler.register_pickle_by_value(module)


def load(path: Path) -> tuple[Any, ...]:
    """Run a Python file and return the claims that it lists as CLAIMS; FileError says what is wrong, and where.

    The module has a private name that ends in the file's stem, which names its random streams. Its folder comes last on
    the path.
    """
    from claims import Claim

    module = _module(path)
    if not hasattr(module, "CLAIMS"):
        raise FileError(f"{path} defines no CLAIMS: it must end in CLAIMS = (claim, ...)")
    found = module.CLAIMS
    claims = (found,) if isinstance(found, Claim) else tuple(found) if isinstance(found, Iterable) else ()
    if wrong := next((item for item in claims if not isinstance(item, Claim)), None):
        raise FileError(f"{path}: CLAIMS holds {wrong!r:.60}: must hold claims only")
    if not claims:
        raise FileError(f"{path}: CLAIMS = {found!r:.60}: must hold at least one claim")
    return claims


def _module(path: Path) -> ModuleType:
    whole = path.resolve()
    try:
        source = whole.read_bytes()
    except OSError as error:
        raise FileError(f"the file {path} cannot be read: {error.strerror or error}") from None
    stem = re.sub(r"\W", "_", whole.stem)
    name = f"{PRIVATE}{hashlib.sha256(str(whole).encode()).hexdigest()[:8]}.{stem}"
    spec = importlib.util.spec_from_file_location(name, whole)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    _folders[f"{whole.parent}/"] = None
    if str(whole.parent) not in sys.path:
        sys.path.append(str(whole.parent))
    sys.modules[name] = module
    try:
        # Compiled here: Python's own cache takes an edit within the same second for no edit.
        exec(compile(source, str(whole), "exec", dont_inherit=True), vars(module))
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise FileError(_at(error, path, whole)) from None
    return module


def _at(error: BaseException, path: Path, whole: Path) -> str:
    """File, line and message of what a file raised while it was loaded."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(whole)]
    line = error.lineno if isinstance(error, SyntaxError) and error.filename == str(whole) else (lines or [None])[-1]
    told = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    inner = f" ({where(error).rsplit(' (', 1)[-1]}" if not isinstance(error, SyntaxError) else ""
    inner = "" if inner == f" ({whole.name}, line {line})" else inner
    return f"{path}, line {line}: {type(error).__name__}: {told}{inner}"
