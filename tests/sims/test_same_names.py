"""One thing has one name: functions of the same name in theory and sims take the same parameters in the same order.

Beside theory's parameters a simulation has trials and rng, and says how it is done: options with a default or by
keyword alone (copies, steps, a width, ...). A theory function may have numerical options of its own, with defaults.
"""

import importlib
import inspect
import pkgutil

import pytest

import sims
import theory

REPLACED = {
    # A limit in ratios of sizes against the sizes themselves.
    "double_descent.gf_risk_isotropic": ({"gamma"}, {"n", "p"}),
    "double_descent.ls_classifier_error": ({"gamma"}, {"n", "p"}),
    "double_descent.max_margin": ({"gamma"}, {"n", "p"}),
    "double_descent.peak_variance": (set(), {"n"}),
    "double_descent.rf_risk": ({"psi1", "psi2", "mu1", "mu_star"}, {"d", "N", "n", "activation"}),
    # A formula in the moments of data against the data.
    "catastrophic_forgetting.goldfarb_forgetting": ({"p", "d", "y_norm2", "x_frob2", "w1_norm2"}, {"X", "y"}),
    "catastrophic_forgetting.shared_teacher_forgetting": ({"p", "d", "x_frob2", "p1w_norm2"}, {"X", "w_star"}),
    # The length of a dual vector against the pair of subspaces that asks for it.
    "subspace_robustness.certificate_probability": ({"w2"}, {"S1", "A1", "c", "b"}),
    # A measured spectrum against features, and a spectrum against the recipe that draws it.
    "benign_overfitting.regime": ({"eigenvalues", "n"}, {"features"}),
    "double_descent.gf_ridge_ratio": ({"eigs", "weights", "n"}, {"n", "p", "spread"}),
}


def public(room):
    for topic in pkgutil.iter_modules(room.__path__):
        module = importlib.import_module(f"{room.__name__}.{topic.name}")
        for name in getattr(module, "__all__", ()):
            if inspect.isfunction(getattr(module, name)):
                yield f"{topic.name}.{name}", inspect.signature(getattr(module, name)).parameters


PREDICTED, SIMULATED = dict(public(theory)), dict(public(sims))
SHARED = sorted(PREDICTED.keys() & SIMULATED.keys())


def optional(parameter):
    return parameter.default is not parameter.empty or parameter.kind is parameter.KEYWORD_ONLY


@pytest.mark.parametrize("name", SHARED)
def test_the_same_parameters_in_the_same_order(name):
    ours, theirs = REPLACED.get(name, (set(), set()))
    said = [p for key, p in PREDICTED[name].items() if key not in ours]
    done = [p for key, p in SIMULATED[name].items() if key not in theirs | {"trials", "rng"}]
    common = {p.name for p in said} & {p.name for p in done}
    assert [p.name for p in said if p.name in common] == [p.name for p in done if p.name in common]
    assert all(optional(p) for p in said if p.name not in common), "theory asks for what the simulation does not know"
    assert all(optional(p) for p in done if p.name not in common), "the simulation asks for what theory does not know"
    defaults = {p.name: p.default for p in said}
    assert all(p.default == defaults[p.name] for p in done if p.name in common)


def test_no_exception_without_need():
    assert set(REPLACED) <= set(SHARED)
    for name, (ours, theirs) in REPLACED.items():
        assert ours <= set(PREDICTED[name])
        assert theirs <= set(SIMULATED[name])
        assert list(PREDICTED[name]) != [key for key in SIMULATED[name] if key not in ("trials", "rng")]


def test_the_rooms_share_many_names():
    assert len(SHARED) > 60
