"""The code of the how-to page runs on a small PyTorch model; without PyTorch it is at least Python."""

import re
from pathlib import Path

import numpy as np
import pytest

import overparam

PAGE = (Path(__file__).parents[1] / "docs" / "howto" / "pytorch.md").read_text(encoding="utf-8")
CODE = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL))


def test_the_code_is_python_and_every_function_says_what_it_does():
    found = compile(CODE, "pytorch.md", "exec")
    assert {"collect", "gradient", "save", "collapse_by_batches", "save_weights"} <= set(found.co_names)
    assert CODE.count("def ") == CODE.count('    """')


def test_a_small_model_is_diagnosed(tmp_path):
    torch = pytest.importorskip("torch", reason="PyTorch (optional, test only) is not installed")
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(6, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
    batches = [(torch.randn(20, 6), torch.arange(20) % 3) for _ in range(3)]
    page: dict = {}
    exec(CODE, page)
    page["save"](tmp_path / "mine.npz", model, model[2], batches, torch.nn.CrossEntropyLoss())
    found = overparam.diagnose(tmp_path / "mine.npz")
    results = {r.name: r for one in found.findings for r in one.results}
    rows = torch.cat([x for x, _ in batches])
    hidden = torch.relu(model[0](rows)).detach().double().numpy()
    names = np.concatenate([y.numpy() for _, y in batches])
    direct = overparam.measures.neural_collapse.nc_metrics(hidden, names)
    assert results["NC1"].value == pytest.approx(direct.nc1.value, rel=1e-5)
    assert results["NC3"].null == pytest.approx(2**0.5)
    assert results["rank"].value >= 1
    by_batches = page["collapse_by_batches"](model, model[2], batches)
    assert by_batches.nc1.value == pytest.approx(results["NC1"].value, rel=1e-5)
    weights = {name: tensor.float().numpy() for name, tensor in model.state_dict().items()}
    np.savez(tmp_path / "model.npz", **weights)
    assert [row.shape for row in overparam.diagnose(tmp_path / "model.npz").report.layers] == [(8, 6), (3, 8)]
