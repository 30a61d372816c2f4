"""`overparam diagnose`: a user's data in, theory that applies out, and one paragraph for whatever does not fit."""

import numpy as np
import pytest

from overparam import cli

RNG = np.random.Generator(np.random.SFC64(0))
FEATURES = RNG.standard_normal((40, 60))
LABELS = np.repeat(np.arange(4), 10)
GRADIENT = RNG.standard_normal((10, 3)) @ RNG.standard_normal((3, 20))


def run(capsys, tmp_path, **arrays):
    path = tmp_path / "data.npz"
    np.savez(path, **arrays)
    code = cli.main(["diagnose", str(path), "--out", str(tmp_path / "out")])
    out, err = capsys.readouterr()
    return code, out, err


def test_everything_is_found_and_drawn(capsys, tmp_path):
    code, out, _ = run(
        capsys, tmp_path, features=FEATURES, labels=LABELS, classifier=RNG.standard_normal((4, 60)), grad_W=GRADIENT,
        grad_b=RNG.standard_normal(10),
    )  # fmt: skip
    assert code == 0
    assert "interpolation of noisy labels is tempered" in out or "catastrophic" in out
    assert "NC1" in out
    assert "NC3" in out
    assert "rank 3" in out
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".svg", ".pdf", ".png"}


def test_what_a_gradient_gives_away(capsys, tmp_path):
    batch = RNG.standard_normal((2, 20))
    mixed = RNG.standard_normal((10, 2))
    alone = mixed.copy()
    alone[0, 1] = 0  # a neuron that only the first sample fires
    for delta, given in ((mixed, 0), (alone, 1)):
        gradient = {"grad_W": delta @ batch, "grad_b": delta.sum(axis=1)}
        _, out, _ = run(capsys, tmp_path, batch=batch, **gradient)
        assert f"{given} of the 2 samples" in out
        assert "up to 9 samples (softmax) or 10" in out
    _, out, _ = run(capsys, tmp_path, **gradient)
    assert "give the batch" in out
    code, _, err = run(capsys, tmp_path, grad_W=np.zeros((3, 2)), grad_b=np.ones(3))
    assert code == 2
    assert "grad_W is zero" in err


def test_a_collapsed_network_is_recognised(capsys, tmp_path):
    collapsed = np.eye(4)[LABELS] + 1e-9 * RNG.standard_normal((40, 4))
    code, out, _ = run(capsys, tmp_path, features=collapsed, labels=LABELS)
    assert code == 0
    value = float(out.split("NC1 ")[1].split()[0])
    assert value < 1e-12


def test_the_gradient_alone_is_enough(capsys, tmp_path):
    code, out, _ = run(capsys, tmp_path, grad_W=GRADIENT, grad_b=np.ones(10))
    assert code == 0
    assert "Spectrum" not in out


@pytest.mark.parametrize(
    ("arrays", "word"),
    [
        ({"other": FEATURES}, "features or grad_W"),
        ({"features": FEATURES[0]}, "features has shape"),
        ({"features": FEATURES[:2]}, "at least 4"),
        ({"features": np.where(FEATURES > 2, np.nan, FEATURES)}, "not finite"),
        ({"features": np.full((5, 3), "x")}, "not finite real"),
        ({"features": np.ones((6, 3))}, "all equal"),
        ({"features": FEATURES, "labels": LABELS[:5]}, "labels has shape"),
        ({"features": FEATURES, "labels": LABELS + 0.5}, "integers"),
        ({"features": FEATURES, "labels": LABELS, "classifier": np.ones((3, 60))}, "classifier has 3 rows"),
        ({"features": FEATURES, "labels": LABELS, "classifier": np.ones((4, 7))}, "classifier has shape"),
        (
            {"features": FEATURES, "labels": LABELS, "classifier": np.ones((4, 60)), "bias": np.ones(3)},
            "bias has shape",
        ),
        ({"grad_W": GRADIENT}, "together"),
        ({"grad_W": GRADIENT, "grad_b": np.ones(3)}, "grad_b has shape"),
    ],
)
def test_data_that_do_not_fit_are_one_clear_paragraph(capsys, tmp_path, arrays, word):
    code, _, err = run(capsys, tmp_path, **arrays)
    assert code == 2
    assert word in err
    assert err.count("\n") == 1


def test_files_that_are_no_archives(capsys, tmp_path):
    assert cli.main(["diagnose", str(tmp_path / "missing.npz")]) == 2
    (tmp_path / "text.npz").write_text("hello")
    assert cli.main(["diagnose", str(tmp_path / "text.npz")]) == 2
    np.save(tmp_path / "single.npy", FEATURES)
    assert cli.main(["diagnose", str(tmp_path / "single.npy")]) == 2
    assert "numpy.savez" in capsys.readouterr().err
