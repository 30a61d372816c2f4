"""Small claims that are true, with decoys that are false, for tests of the lab. Importable, so workers find them."""

from __future__ import annotations

import os
import time

import pandas as pd
from scipy import stats

from claims import Bound, Claim, Decoy, Grid, Identity, Law, Limit, Mean, Moments, Probability, Rate, Source
from sims.arrays import kernel

PAUSE = "OVERPARAM_TEST_PAUSE"
"""Environment variable: the seconds a block of the slow claim waits (0 where a test only wants its numbers)."""

SOURCE = Source("nobody2026", "Theorem 1", "derived")


def floats(n):
    return n


def predict_mean(n):
    return {"mean": 1.0, "square": 1.0 / n}


def predict_mean_wrong(n):
    return {"mean": 1.04, "square": 1.0 / n}


@kernel(floats=floats)
def simulate_mean(n, trials, rng):
    x = 1 + rng.standard_normal(size=(trials, n)).mean(axis=1)
    return {"mean": x, "square": (x - 1) ** 2}


def predict_slow(n):
    return {"mean": 1.0}


def predict_slow_wrong(n):
    return {"mean": 1.06}


def simulate_mean_slow(n, trials, rng):
    time.sleep(float(os.environ.get(PAUSE, "0.05")))
    return simulate_mean(n, trials, rng)


def predict_limit(n):
    return 2.0


def predict_limit_wrong(n):
    return 2.2


@kernel(floats=floats)
def simulate_limit(n, trials, rng):
    return 1 + rng.standard_exponential(size=trials) + 3.0 / n


def predict_law(n):
    return stats.expon()


def predict_law_wrong(n):
    return stats.expon(scale=1.2)


@kernel(floats=floats)
def simulate_law(n, trials, rng):
    return rng.standard_exponential(size=trials)


def predict_one(n):
    return 1.0


def predict_off(n):
    return 1.001


@kernel(floats=floats)
def simulate_identity(n, trials, rng):
    x = rng.standard_normal(size=trials)
    return (x + x) / (2 * x)


def predict_low(n):
    return 0.9


@kernel(floats=floats)
def simulate_bound(n, trials, rng):
    return rng.random(size=(trials, n)).max(axis=1)


def predict_slope(n):
    return -0.5


def predict_slope_wrong(n):
    return -0.6


@kernel(floats=floats)
def simulate_rate(n, trials, rng):
    return n**-0.5 * (1 + 0.1 * rng.standard_normal(size=trials))


def predict_coin(n):
    return 0.25


def predict_coin_wrong(n):
    return 0.35


@kernel(floats=floats)
def simulate_coin(n, trials, rng):
    return (rng.random(size=trials) < 0.25).astype(float)


def claim(slug, kind, predict, simulate, wrong, tails=None, sizes=(10,), topic="synthetic"):
    cells = tuple({"n": n} for n in sizes)
    decoy = Decoy("wrong", "a wrong formula", predict=wrong)
    return Claim(
        slug,
        topic,
        f"Title of {slug}",
        "$x = y$",
        SOURCE,
        kind,
        predict,
        simulate,
        Grid(cells, cells),
        (decoy,),
        tails or {},
    )


MEAN = claim("a-mean", Mean(0.02), predict_mean, simulate_mean, predict_mean_wrong, {"square": Moments(2.8)}, (10, 20))
SLOW = claim("a-slow-mean", Mean(0.02), predict_slow, simulate_mean_slow, predict_slow_wrong)
LIMIT = claim(
    "a-limit",
    Limit(resolution=0.02),
    predict_limit,
    simulate_limit,
    predict_limit_wrong,
    {"value": Moments(2)},
    (10, 20, 40),
)
LAW = claim("a-law", Law(0.03), predict_law, simulate_law, predict_law_wrong)
IDENTITY = claim("an-identity", Identity(1e-12), predict_one, simulate_identity, predict_off)
BOUND = claim("a-bound", Bound(), predict_one, simulate_bound, predict_low)
RATE = claim("a-rate", Rate(), predict_slope, simulate_rate, predict_slope_wrong, None, (10, 20, 40))
COIN = claim("a-coin", Mean(0.05), predict_coin, simulate_coin, predict_coin_wrong, {"value": Probability()})
ALL = (MEAN, LIMIT, LAW, IDENTITY, BOUND, RATE, COIN)


def same(a: pd.DataFrame, b: pd.DataFrame) -> None:
    """Two tables are equal to the last bit, but for the time they took."""
    free = [name for name in a if name.endswith(("seconds", "date"))]
    pd.testing.assert_frame_equal(a.drop(columns=free), b.drop(columns=free), check_exact=True)
