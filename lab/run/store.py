"""Durable results: one SQLite file a folder, every finished block with its provenance and a checksum.

The driver is the only writer. A file that is damaged or not ours is named, set aside and begun anew; a row that does
not match its checksum is named, dropped and recomputed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lab.errors import Foreseeable
from lab.run.naming import cell_key
from lab.run.packing import pack, unpack
from lab.run.provenance import versions
from lab.run.simulation import Simulation

FORMAT = 2
APPLICATION = 0x0F9A2A  # marks an SQLite file as ours

SCHEMA = """
CREATE TABLE block (key TEXT, block INTEGER, name TEXT, cell TEXT, trials INTEGER, seed TEXT, backend TEXT,
                    code TEXT, versions TEXT, seconds REAL, created REAL, digest TEXT, value BLOB,
                    PRIMARY KEY (key, block));
CREATE INDEX block_of_name ON block (name, cell);
CREATE TABLE verdict (claim TEXT, tier TEXT, seed TEXT, backend TEXT, created REAL, rows TEXT,
                      PRIMARY KEY (claim, tier, seed, backend));
CREATE TABLE artifact (path TEXT PRIMARY KEY, key TEXT);
"""


_checked: dict[Path, tuple[int, int, int]] = {}
"""Files as this process left them: one that is still so was checked when it was first opened."""


class StoreError(Foreseeable):
    """The store's folder cannot be used; the message says what to do."""


class Store:
    """Finished blocks and last verdicts in `folder`; with folder None it keeps nothing."""

    def __init__(self, folder: str | Path | None, warn: Callable[[str], None] = lambda _: None) -> None:
        self._warn = warn
        self._database: sqlite3.Connection | None = None
        if folder is None:
            return
        self.path = Path(folder) / "store.sqlite"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the store's folder {folder} cannot be made: {error}; choose another --store") from None
        self._database = self._open()

    # --- opening -----------------------------------------------------------------------------------------------------

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise StoreError(f"the store {self.path} cannot be opened: {error}; choose another --store") from None
            return self._set_aside(str(error))
        except _ForeignError as error:
            return self._set_aside(str(error))

    def _connect(self) -> sqlite3.Connection:
        new = not self.path.exists() or self.path.stat().st_size == 0
        database = sqlite3.connect(self.path, timeout=60, isolation_level=None)
        try:
            if not new:
                self._inspect(database)
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=NORMAL")
            self._create(database)
        except BaseException:
            database.close()
            raise
        return database

    def _inspect(self, database: sqlite3.Connection) -> None:
        application = database.execute("PRAGMA application_id").fetchone()[0]
        if application == 0 and not database.execute("SELECT name FROM sqlite_master").fetchall():
            return  # an empty file, or one that another run is just making
        if application != APPLICATION:
            raise _ForeignError("it is not a store of overparam")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version != FORMAT:
            raise _ForeignError(f"its format is {version}, this version of overparam writes {FORMAT}")
        if _checked.get(self.path.resolve()) == self._state():
            return
        state = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if state != "ok":
            raise sqlite3.DatabaseError(state)

    def _state(self) -> tuple[int, int, int]:
        stat = self.path.stat()
        return stat.st_ino, stat.st_size, stat.st_mtime_ns

    def _create(self, database: sqlite3.Connection) -> None:
        database.execute("BEGIN IMMEDIATE")
        if not database.execute("SELECT name FROM sqlite_master WHERE name = 'block'").fetchall():
            for statement in SCHEMA.split(";\n"):
                database.execute(statement)
            database.execute(f"PRAGMA application_id = {APPLICATION}")
            database.execute(f"PRAGMA user_version = {FORMAT}")
        database.execute("COMMIT")

    def _set_aside(self, why: str) -> sqlite3.Connection:
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists():
            number += 1
        try:
            self.path.rename(aside)
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"the store {self.path} is unusable ({why}) and cannot be set aside: {error}") from None
        self._warn(f"the store {self.path} is unusable ({why}): set aside as {aside.name}, its results are recomputed")
        return self._connect()

    # --- blocks ------------------------------------------------------------------------------------------------------

    def load(self, simulation: Simulation) -> dict[int, tuple[dict[str, np.ndarray], float]]:
        """All finished blocks of a simulation, by number, with the seconds they took."""
        if self._database is None:
            return {}
        found = {}
        query = "SELECT block, digest, value, seconds FROM block WHERE key = ?"
        for block, digest, value, seconds in self._ask(query, (simulation.key,)):
            data = _unpack(value, digest)
            if data is None:
                self._warn(f"block {block} of {simulation.name} in {self.path} is damaged: dropped and recomputed")
                self._write("DELETE FROM block WHERE key = ? AND block = ?", (simulation.key, block))
            else:
                found[block] = data, seconds
        return found

    def save(self, simulation: Simulation, block: int, data: dict[str, np.ndarray], seconds: float) -> None:
        """Make one finished block durable."""
        if self._database is None:
            return
        value = pack(data)
        digest = hashlib.sha256(value).hexdigest()
        row = (
            simulation.key, block, simulation.name, cell_key(simulation.cell), simulation.block_trials,
            str(simulation.seed), simulation.backend, simulation.code, versions(), seconds, time.time(), digest, value,
        )  # fmt: skip
        self._write(f"INSERT OR REPLACE INTO block VALUES ({','.join('?' * len(row))})", row)

    def forget(self, simulation: Simulation) -> None:
        """Drop all blocks of a simulation."""
        self._write("DELETE FROM block WHERE key = ?", (simulation.key,))

    def stale(self, simulation: Simulation) -> bool:
        """Whether the store holds this simulation and cell under other code only (the reason to recompute)."""
        query = "SELECT code FROM block WHERE name = ? AND cell = ? AND seed = ? AND backend = ? LIMIT 1"
        where = (simulation.name, cell_key(simulation.cell), str(simulation.seed), simulation.backend)
        return self._database is not None and bool(self._ask(query, where))

    # --- verdicts and artifacts --------------------------------------------------------------------------------------

    def save_verdict(self, claim: str, tier: str, seed: int, backend: str, rows: list[dict[str, Any]]) -> None:
        """Keep a claim's rows of the last run."""
        row = (claim, tier, str(seed), backend, time.time(), json.dumps(rows))
        self._write("INSERT OR REPLACE INTO verdict VALUES (?,?,?,?,?,?)", row)

    def last_verdict(self, claim: str) -> dict[str, Any] | None:
        """The rows of a claim's last run with its tier, seed, backend and time."""
        # The row written last, whatever the clock said: it may have been set back.
        query = "SELECT tier, seed, backend, created, rows FROM verdict WHERE claim = ? ORDER BY rowid DESC LIMIT 1"
        found = self._ask(query, (claim,)) if self._database is not None else []
        if not found:
            return None
        tier, seed, backend, created, rows = found[0]
        return {"tier": tier, "seed": seed, "backend": backend, "created": created, "rows": json.loads(rows)}

    def artifact(self, path: str) -> str | None:
        """The key under which a file was last written."""
        found = self._ask("SELECT key FROM artifact WHERE path = ?", (path,)) if self._database is not None else []
        return found[0][0] if found else None

    def save_artifact(self, path: str, key: str) -> None:
        """Remember from what a file was written."""
        self._write("INSERT OR REPLACE INTO artifact VALUES (?,?)", (path, key))

    # --- plumbing ----------------------------------------------------------------------------------------------------

    def _ask(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        assert self._database is not None
        try:
            return self._database.execute(query, values).fetchall()
        except sqlite3.OperationalError as error:
            raise StoreError(f"the store {self.path} cannot be read: {error}") from None
        except sqlite3.DatabaseError as error:
            self.close()
            self._database = self._set_aside(str(error))
            return []

    def _write(self, statement: str, values: tuple[Any, ...]) -> None:
        if self._database is None:
            return
        try:
            self._database.execute(statement, values)
        except sqlite3.Error as error:
            raise StoreError(
                f"the store {self.path} cannot be written: {error}; finished blocks are kept. Free some space or "
                "choose another --store, then run the same command again"
            ) from None

    def close(self) -> None:
        """Close the file, and remember its state: whatever changes it from now on has it checked again."""
        if self._database is not None:
            self._database.close()
            self._database = None
            with contextlib.suppress(OSError):
                _checked[self.path.resolve()] = self._state()


class _ForeignError(Exception):
    """The file is an SQLite database, but not a store of this format."""


def _unpack(value: Any, digest: str) -> dict[str, np.ndarray] | None:
    if not isinstance(value, bytes) or hashlib.sha256(value).hexdigest() != digest:
        return None
    try:
        return unpack(value)
    except ValueError:
        return None
