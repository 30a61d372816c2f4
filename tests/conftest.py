"""One BLAS thread (before NumPy is loaded), the backends as a fixture, property tests derandomised, one topic alone."""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402
import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from claims import Claim, topics  # noqa: E402
from lab.run.backends import generator, probe  # noqa: E402
from sims import arrays  # noqa: E402

settings.register_profile("suite", derandomize=True, deadline=None, max_examples=50, database=None)
settings.load_profile("suite")


@pytest.fixture(params=["numpy", "strict", pytest.param("cupy", marks=pytest.mark.gpu)])
def make_rng(request: pytest.FixtureRequest):
    """Function seed -> generator, for every backend that can run here."""
    if request.param == "cupy":
        if probe():
            pytest.skip(probe())
        return lambda seed: generator("cupy", np.random.SeedSequence(seed))
    if request.param == "strict":
        return arrays.strict_rng
    return lambda seed: np.random.Generator(np.random.SFC64(seed))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--topic", choices=topics(), help="of the tests that go over all claims or topics, only this one's"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is a claim of another topic, or another topic's name."""
    topic = config.getoption("--topic")
    if topic is None:
        return
    others = set(topics()) - {topic}

    def of_another(item: pytest.Item) -> bool:
        values = item.callspec.params.values() if hasattr(item, "callspec") else ()
        return any((v.topic if isinstance(v, Claim) else v) in others for v in values if isinstance(v, Claim | str))

    config.hook.pytest_deselected(items=[item for item in items if of_another(item)])
    items[:] = [item for item in items if not of_another(item)]
