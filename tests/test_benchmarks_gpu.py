"""The GPU benchmarks on NumPy: equal inputs give equal numbers, planted errors are seen, finished pieces are kept."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.gpu import __main__ as command
from benchmarks.gpu import kernels, suite
from benchmarks.gpu.draws import host_draws, native, transfers
from benchmarks.gpu.ledger import Ledger
from claims import load_claims
from sims import arrays
from tests.lab.synthetic import MEAN


@pytest.mark.parametrize("backend", ["numpy", "strict"])
def test_host_draws_are_numpys_on_every_backend(backend):
    rng = host_draws(backend, 3)
    again = np.random.Generator(np.random.SFC64(3))
    assert arrays.namespace(rng) is arrays.namespace(native(backend, 0))
    for draw in (lambda g: g.standard_normal(size=(2, 3)), lambda g: g.integers(0, 5, size=4)):
        np.testing.assert_array_equal(arrays.to_host(draw(rng)), draw(again))
    mixed = rng.random(size=2) + arrays.asarray(rng, [1.0, 2.0])
    assert arrays.to_host(mixed).shape == (2,)


def test_transfers_are_counted_where_a_kernel_makes_them():
    def on(backend):
        with transfers() as counts:
            rng = host_draws(backend, 0)
            x = arrays.asarray(rng, [1.0, 2.0]) + rng.random(size=2)
            arrays.to_host(x)
        return dict(counts)

    before = arrays.to_host
    assert on("strict") == {"to device": 1, "to host": 1}
    assert not any(on("numpy").values())
    assert arrays.to_host is before


def mean(n, trials, rng):
    x = rng.standard_normal(size=(trials, n))
    average = arrays.namespace(x).mean(x, axis=1)
    return {"mean": 1 + average, "square": average * average}


def changed(change):
    """A kernel that is `mean` on NumPy and something else on the strict backend."""

    def kernel(n, trials, rng):
        found = mean(n, trials, rng)
        strict = arrays.namespace(rng) is arrays.namespace(arrays.strict_rng(0))
        return {name: change(x) for name, x in found.items()} if strict else found

    return kernel


def claim(kernel):
    return SimpleNamespace(slug="x", topic="t", predict=MEAN.predict, simulate=kernel, grid=MEAN.grid)


def test_a_kernel_that_differs_on_a_backend_is_seen():
    right = kernels.match(claim(mean), "strict")
    assert (right.verdict, right.difference) == ("equal", 0.0)
    found = kernels.match(claim(changed(lambda x: x * (1 + 1e-5))), "strict")
    assert found.verdict == "differs"
    assert 1e-6 < found.difference < 1e-4
    assert kernels.match(claim(changed(lambda x: x * float("nan"))), "strict").verdict == "differs"


def test_draws_of_another_law_are_seen():
    assert kernels.alike(claim(mean), "strict").verdict == "alike"
    assert kernels.alike(claim(changed(lambda x: x * (1 + 1e-12))), "strict").verdict == "alike"
    found = kernels.alike(claim(changed(lambda x: x + 5)), "strict")
    assert found.verdict == "differs"
    assert found.p < kernels.LEVEL


def test_a_cut_run_is_no_result(tmp_path):
    assert suite.quick([load_claims("double_descent")[0].slug], "double_descent", "numpy", tmp_path, 0.0) is None


def test_all_parts_run_and_are_kept_and_not_run_again(tmp_path, capsys, monkeypatch):
    options = ["--backend", "numpy", "--tiny", "--topic", "benign_overfitting", "--out", str(tmp_path)]
    command.main(options)
    said = capsys.readouterr().out
    assert all(part.title in said for part in command.PARTS.values())
    assert "left for the next start" not in said
    names = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert names == {"pieces.json", *(f"{part}.{end}" for part in command.PARTS for end in ("md", "csv"))}
    kept = json.loads((tmp_path / "pieces.json").read_text())
    rows = [row for piece in kept.values() for row in piece["rows"]]
    assert [row for row in rows if row[-1] in ("error", "did not run", "failed", "differs", "not passed")] == []
    matched = [row for piece, found in kept.items() for row in found["rows"] if piece.startswith("match")]
    assert {row[1] for row in matched} == {"numpy", "strict"}

    def never(*_):
        raise AssertionError("a finished piece was run again")

    for module, name in ((kernels, "match"), (kernels, "alike"), (command.rates, "dense"), (command.rates, "small"),
                         (suite, "gpu_tests"), (suite, "quick")):  # fmt: skip
        monkeypatch.setattr(module, name, never)
    command.main(options)
    assert json.loads((tmp_path / "pieces.json").read_text()) == kept


def test_an_error_is_a_row_and_the_next_piece_runs(tmp_path, capsys):
    def broken(left):
        raise RuntimeError("no such kernel")

    pieces = [
        command.Piece("match", "a", "1", broken),
        command.Piece("match", "b", "1", lambda left: [["b", "numpy", 1, 0.0, "x", 0, 0, 1, "equal"]]),
        command.Piece("quick", "c", "1", lambda left: None),
    ]
    ledger = Ledger(tmp_path / "pieces.json")
    assert command.measure(pieces, ledger, 10.0, "numpy") == pieces[2:]
    assert "RuntimeError: no such kernel" in capsys.readouterr().out
    (table,) = command.tables(pieces, Ledger(tmp_path / "pieces.json"))
    assert [row[-1] for row in table.rows] == ["error", "equal"]
    assert command.measure(pieces, ledger, 0.0, "numpy") == pieces[2:]


def test_without_a_gpu_nothing_is_measured(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command, "probe", lambda: "no CUDA device is visible")
    assert command.main(["--out", str(tmp_path)]) == 2
    assert "nothing was measured: no CUDA device" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
