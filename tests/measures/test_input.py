"""Arrays of every kind become the same numbers, keep their precision, and are refused by name."""

import types

import numpy as np
import pandas as pd
import pytest

from overparam.measures.input import array, layer, matrix, same_rows, vector
from overparam.measures.labels import labels

X = np.array([[1.0, 2.0, 0.5], [3.0, -4.0, 0.25]])


def _strict(values):
    import array_api_strict

    return array_api_strict.asarray(values)


KINDS = {
    "numpy": X,
    "float32": X.astype(np.float32),
    "float16": X.astype(np.float16),
    "list": X.tolist(),
    "rows": list(X),
    "frame": pd.DataFrame(X),
    "nullable": pd.DataFrame(X).convert_dtypes(),
    "object": X.astype(object),
    "unmasked": np.ma.masked_array(X, mask=False),
    "matrix": np.asfortranarray(X),
    "strict": _strict(X),
}


@pytest.mark.parametrize("kind", KINDS)
def test_all_kinds_give_the_same_numbers(kind):
    found = matrix("features", KINDS[kind])
    np.testing.assert_array_equal(found.values, X)
    assert found.values.dtype == np.float64
    np.testing.assert_array_equal(np.concatenate(list(found.blocks())), X)
    assert matrix("features", found) is found


@pytest.mark.parametrize(("dtype", "eps"), [("float16", 2.0**-10), ("float32", 2.0**-23), ("float64", 2.0**-52)])
def test_precision_is_that_of_the_input(dtype, eps):
    assert matrix("X", X.astype(dtype)).eps == eps == np.finfo(dtype).eps


def test_integers_and_flags_are_exact():
    assert matrix("X", np.eye(2, dtype=np.int8)).eps == 2.0**-52
    np.testing.assert_array_equal(matrix("mask", np.eye(2) > 0).values, np.eye(2))


def test_torch_of_every_float_type():
    torch = pytest.importorskip("torch")
    for kind, eps in (("bfloat16", 2.0**-7), ("float16", 2.0**-10), ("float32", 2.0**-23), ("float64", 2.0**-52)):
        given = torch.tensor(X, dtype=getattr(torch, kind), requires_grad=True)
        found = matrix("features", given)
        np.testing.assert_array_equal(found.values, X)
        assert found.eps == eps == torch.finfo(given.dtype).eps
        assert layer("grad_W", given.reshape(2, 3, 1, 1)).eps == vector("y", given[:, :1]).eps == eps
    assert labels("labels", torch.tensor([3, 1, 3])).codes.tolist() == [1, 0, 1]


BAD = {
    "masked": (np.ma.masked_array(X, mask=[[0, 1, 0], [0, 0, 0]]), "1 of its entries masked"),
    "nan": (np.where(X == 3, np.nan, X), "1 of its entries NaN"),
    "inf": (np.where(X > 1, np.inf, X), "2 of its entries NaN or infinite"),
    "text": (np.array([["a", "b"]]), "real numbers"),
    "object text": (pd.DataFrame({"a": [1.0], "b": ["x"]}), "no text and no gaps"),
    "gap": (pd.DataFrame({"a": [1, None]}).convert_dtypes(), "1 of its entries NaN"),
    "complex": (X + 1j, "real numbers"),
    "ragged": ([[1.0], [1.0, 2.0]], "rows of equal length"),
    "vector": (X[0], r"must be \(samples, dimensions\)"),
    "empty": (X[:0], "not empty"),
    "scalar": (3.0, r"must be \(samples, dimensions\)"),
    "none": (None, "features"),
    "huge": (X * 1e100, "rescale"),
    "tiny": (X * 1e-200, "rescale"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_arrays_are_refused_by_name(kind):
    value, words = BAD[kind]
    with pytest.raises(ValueError, match=words) as error:
        matrix("features", value)
    assert str(error.value).startswith("features = ")
    assert "\n" not in str(error.value)


def test_sparse_matrices_say_what_to_pass():
    import scipy.sparse

    with pytest.raises(ValueError, match=r"features\.toarray"):
        matrix("features", scipy.sparse.eye_array(3))


def test_a_tiny_column_beside_others_is_allowed():
    assert matrix("features", np.array([[1e-200, 1.0], [2e-200, 2.0]])).shape == (2, 2)


def test_transposed_features_are_recognised():
    features = matrix("features", np.ones((3, 7)))
    same_rows(features, "labels", 3)
    with pytest.raises(ValueError, match=r"looks transposed.*pass features\.T"):
        same_rows(features, "labels", 7)
    with pytest.raises(ValueError, match="must have 3, one for each row of features"):
        labels("labels", [0, 1], features)


def test_layers_are_unfolded_and_columns_flattened():
    kernel = np.arange(24.0).reshape(2, 3, 2, 2)
    np.testing.assert_array_equal(layer("grad_W", kernel).values, kernel.reshape(2, 12))
    np.testing.assert_array_equal(vector("targets", X[:, :1]).values, X[:, 0])
    with pytest.raises(ValueError, match="targets = array of shape"):
        vector("targets", X)
    assert array("x", [1, 2], "samples").values.tolist() == [1.0, 2.0]


LABELS = {
    "strings": (["dog", "cat", "dog"], ["cat", "dog"]),
    "series": (pd.Series(["dog", "cat", "dog"], index=[5, 5, 1]), ["cat", "dog"]),
    "category": (pd.Series(["dog", "cat", "dog"], dtype="category"), ["cat", "dog"]),
    "gaps": (np.array([7, -2, 7]), [-2, 7]),
    "one-based": (np.array([2, 1, 2], dtype=np.uint8), [1, 2]),
    "floats": (np.array([2.0, 1.0, 2.0], dtype=np.float32), [1, 2]),
    "flags": ([True, False, True], [0, 1]),
    "column": (np.array([[2], [1], [2]]), [1, 2]),
    "objects": (np.array([2, 1, 2], dtype=object), [1, 2]),
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_of_every_kind(kind):
    value, classes = LABELS[kind]
    found = labels("labels", value)
    assert found.classes.tolist() == classes
    assert found.codes.tolist() == [1, 0, 1]
    assert found.counts.tolist() == [1, 2]


def test_large_labels_make_no_table_of_their_values():
    found = labels("labels", np.r_[np.zeros(500), np.full(500, 10**6)])
    assert found.counts.tolist() == [500, 500]
    many = labels("labels", np.arange(10**6)[::-1])
    assert many.classes.size == 10**6
    assert many.codes[0] == 10**6 - 1


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([0.5, 1.0], "fractions"),
        ([np.nan, 1.0], "NaN"),
        (["a", None], "without gaps"),
        (["a", 1.5, None], "without gaps"),
        (pd.Series(["a", None]), "without gaps"),
        (np.eye(3), "argmax"),
        ([], "not empty"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "integers or text"),
        (3, "samples"),
    ],
)
def test_bad_labels_are_refused_by_name(value, words):
    with pytest.raises(ValueError, match=words) as error:
        labels("labels", value)
    assert str(error.value).startswith("labels = ")


def test_what_only_pretends_to_be_an_array():
    with pytest.raises(ValueError, match="features = "):
        matrix("features", types.SimpleNamespace(shape=(2, 2)))
