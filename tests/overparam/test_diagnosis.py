"""`overparam diagnose`: a user's data in, theory that applies out, and one paragraph for whatever does not fit."""

import json

import numpy as np
import pandas as pd
import pytest

import overparam
from overparam import cli
from overparam.diagnosis import DiagnosisError, diagnose

RNG = np.random.Generator(np.random.SFC64(0))
FEATURES = RNG.standard_normal((40, 60))
LABELS = np.repeat(np.arange(4), 10)
GRADIENT = RNG.standard_normal((10, 3)) @ RNG.standard_normal((3, 20))


def run(capsys, tmp_path, *words, **arrays):
    path = tmp_path / "data.npz"
    np.savez(path, **arrays)
    code = cli.main(["diagnose", str(path), "--out", str(tmp_path / "out"), *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_everything_is_found_drawn_and_written(capsys, tmp_path):
    code, out, _ = run(
        capsys, tmp_path, "--json", str(tmp_path / "new" / "all.json"), features=FEATURES, labels=LABELS,
        classifier=RNG.standard_normal((4, 60)), grad_W=GRADIENT, grad_b=RNG.standard_normal(10),
    )  # fmt: skip
    assert code == 0
    assert "interpolating noisy labels" in out
    assert "NC1" in out
    assert "NC3" in out
    assert "Rank 3" in out
    assert "overparam show CLAIM" in out
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".svg", ".pdf", ".png"}

    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    text = (tmp_path / "new" / "all.json").read_text()
    whole = json.loads(text, parse_constant=refuse)
    names = {result["name"] for one in whole["findings"] for result in one["results"]}
    assert {"NC1", "NC3", "rank", "test error at the best ridge"} <= names
    for one in whole["findings"]:
        assert one["refusal"] is None
        for result in one["results"]:
            assert result["sentence"]


def test_it_is_one_import_and_equal_to_the_command(capsys, tmp_path):
    found = overparam.diagnose({"features": FEATURES, "labels": LABELS})
    _, out, _ = run(capsys, tmp_path, features=FEATURES, labels=LABELS)
    assert out.startswith(str(found))


def test_lists_are_arrays():
    for data in ({"features": FEATURES, "labels": LABELS}, {"features": FEATURES.reshape(2, 20, 60)},
                 {"h.0": GRADIENT, "h.1": FEATURES[:, :10]}):  # fmt: skip
        assert str(diagnose({name: value.tolist() for name, value in data.items()})) == str(diagnose(data))
    with pytest.raises(DiagnosisError, match="features = "):
        diagnose({"features": [[1.0], [1.0, 2.0]]})


def test_what_a_gradient_gives_away(capsys, tmp_path):
    batch = RNG.standard_normal((2, 20))
    mixed = RNG.standard_normal((10, 2))
    alone = mixed.copy()
    alone[0, 1] = 0  # a neuron that only the first sample fires
    for delta, given in ((mixed, 0), (alone, 1)):
        gradient = {"grad_W": delta @ batch, "grad_b": delta.sum(axis=1)}
        _, out, _ = run(capsys, tmp_path, batch=batch, **gradient)
        assert f"{given} of the 2 samples" in out
        assert "up to 9 samples" in out
        assert "up to 10 samples" in out
    code, out, _ = run(capsys, tmp_path, grad_W=np.zeros((3, 2)), grad_b=np.ones(3))
    assert code == 0
    assert "not measured: grad_W = 0" in out


def test_a_collapsed_network_is_recognised(capsys, tmp_path):
    collapsed = np.eye(4)[LABELS] + 1e-9 * RNG.standard_normal((40, 4))
    _, out, _ = run(capsys, tmp_path, features=collapsed, labels=LABELS)
    assert "Collapsed: the variance within classes is NC1 " in out
    assert float(out.split("is NC1 ")[1].split()[0]) < 1e-12


def test_the_gradient_alone_is_enough(capsys, tmp_path):
    code, out, _ = run(capsys, tmp_path, grad_W=GRADIENT)
    assert code == 0
    assert "Spectrum" not in out


def test_what_is_unknown_is_named_and_left_out(capsys, tmp_path):
    code, out, _ = run(capsys, tmp_path, spectrum=np.arange(9.0), step=np.arange(3), names=np.array(["a"]))
    assert code == 0
    assert "not used: step, names" in out


def test_a_stack_of_epochs(capsys, tmp_path):
    noise = RNG.standard_normal((3, 40, 4))
    stack = np.eye(4)[LABELS] + np.array([1, 0.1, 0.01])[:, None, None] * noise
    weights = np.stack([RNG.standard_normal((4, 4)), np.eye(4) + 0.1, np.eye(4) - 0.25])
    code, out, _ = run(capsys, tmp_path, features=stack, labels=LABELS, classifier=weights)
    assert code == 0
    assert "3 epochs" in out
    series = diagnose({"features": stack, "labels": LABELS, "classifier": weights}).epochs
    alone = [diagnose({"features": h, "labels": LABELS, "classifier": w}) for h, w in zip(stack, weights, strict=True)]
    for name in ("NC1", "NC3", "rank"):
        expected = [next(r.value for one in d.findings for r in one.results if r.name == name) for d in alone]
        assert series[name] == expected
    assert series["NC1"][0] > 50 * series["NC1"][1] > 2500 * series["NC1"][2]


def test_a_table_with_text(capsys, tmp_path):
    path = tmp_path / "flowers.csv"
    table = pd.DataFrame(RNG.standard_normal((30, 3)), columns=["a", "b", "c"])
    table["kind"], table["note"], table["size"] = list("xyz") * 10, "text", np.arange(30.0)
    table.to_csv(path, index=False)
    found = diagnose(path, label="kind", target="size")
    direct = diagnose({"features": table[["a", "b", "c"]], "labels": table["kind"], "targets": table["size"]})
    assert found.record()["findings"] == direct.record()["findings"]
    assert found.notes == ("columns of text, not used: note (--label COL takes one as labels)",)
    assert cli.main(["diagnose", str(path), "--label", "kind", "--out", str(tmp_path)]) == 0
    assert "NC1" in capsys.readouterr().out
    assert cli.main(["diagnose", str(path), "--label", "kin"]) == 2
    assert "did you mean 'kind'" in capsys.readouterr().err
    (tmp_path / "words.csv").write_text("a,b\nx,y\n")
    with pytest.raises(DiagnosisError, match="no column of numbers"):
        diagnose(tmp_path / "words.csv")
    (tmp_path / "none.csv").write_text("")
    with pytest.raises(DiagnosisError, match="not a table"):
        diagnose(tmp_path / "none.csv")
    (tmp_path / "gap.csv").write_text("a,b\n1,2\n,3\n")
    with pytest.raises(DiagnosisError, match=r"features = .*NaN"):
        diagnose(tmp_path / "gap.csv")


@pytest.mark.parametrize(
    ("arrays", "word"),
    [
        ({"features": FEATURES[0]}, "features = array of shape"),
        ({"features": np.where(FEATURES > 2, np.nan, FEATURES)}, "NaN or infinite"),
        ({"features": np.full((5, 3), "x")}, "real numbers"),
        ({"features": FEATURES, "labels": LABELS[:5]}, "labels = array with 5"),
        ({"features": FEATURES, "labels": np.arange(60)}, "looks transposed"),
        ({"features": FEATURES, "labels": LABELS + 0.5}, "integers"),
        ({"features": FEATURES, "labels": LABELS, "classifier": np.ones((3, 60))}, "must have 4, one a class"),
        ({"features": FEATURES, "labels": LABELS, "classifier": np.ones((4, 7))}, "classifier = array of shape"),
        ({"features": FEATURES, "labels": LABELS, "classifier": np.ones((4, 60)), "bias": np.ones(3)}, "bias = "),
        ({"grad_W": GRADIENT, "grad_b": np.ones(3)}, "grad_b = "),
        ({"labels": LABELS}, "not enough for a measure"),
        ({"steps": np.arange(3)}, "must hold a layer"),
    ],
)
def test_data_that_do_not_fit_are_one_clear_paragraph(capsys, tmp_path, arrays, word):
    code, _, err = run(capsys, tmp_path, **arrays)
    assert code == 2
    assert word in err
    assert err.count("\n") == 1


def test_what_a_measure_cannot_answer_is_said_where_it_stands(capsys, tmp_path):
    code, out, _ = run(capsys, tmp_path, features=np.ones((6, 3)), labels=np.arange(6))
    assert code == 0
    assert "not measured: labels = 6 classes of one sample each" in out


def test_weights_of_a_model(capsys, tmp_path):
    weights = {"h.0.weight": RNG.standard_normal((50, 30)), "h.1.weight": RNG.standard_normal((20, 50))}
    code, out, _ = run(capsys, tmp_path, **weights, **{"h.0.bias": np.ones(50)})
    assert code == 0
    assert "50 x 30" in out
    assert "no layers: h.0.bias" in out
    moved = {**weights, "h.1.weight": weights["h.1.weight"] + np.outer(np.ones(20), np.ones(50)), "new": np.eye(9)}
    np.savez(tmp_path / "later.npz", **moved)
    json_file = tmp_path / "two.json"
    words = ["diagnose", str(tmp_path / "data.npz"), str(tmp_path / "later.npz"), "--json", str(json_file)]
    assert cli.main([*words, "--out", str(tmp_path / "out")]) == 0
    assert "of another shape: h.0.bias, new" in capsys.readouterr().out
    rows = json.loads(json_file.read_text())["layers"]
    assert [row["name"] for row in rows] == ["h.0.weight", "h.1.weight", "new"]
    assert [row["results"][-1]["value"] for row in rows[:2]] == [0, 1]


def test_two_files_are_two_checkpoints(capsys, tmp_path):
    np.savez(tmp_path / "data.npz", features=FEATURES)
    path = str(tmp_path / "data.npz")
    assert cli.main(["diagnose", path, path]) == 2
    assert "two checkpoints" in capsys.readouterr().err
    assert cli.main(["diagnose", path, path, path]) == 2
    assert "3 files" in capsys.readouterr().err
    assert cli.main(["diagnose", path, "--label", "x"]) == 2
    assert "columns of a .csv" in capsys.readouterr().err
