"""The fingerprint of a simulation: comments and layout do not count, code that runs does."""

import ast
import os
import subprocess
import sys

from claims import load_claims
from lab.run import fingerprint as fp
from sims import arrays


def digest(text):
    return fp._digest(fp._without_docstrings(ast.parse(text)))


def test_comments_and_docstrings_do_not_count():
    a = 'def f(x):\n    """One."""\n    return x + 1\n'
    b = "def f(x):\n    # two\n    '''Three.'''\n    return (x +\n        1)\n"
    c = 'def f(x):\n    """One."""\n    return x + 2\n'
    assert digest(a) == digest(b) != digest(c)


def test_a_function_of_ours_is_identified_by_all_it_imports(monkeypatch):
    before = fp.fingerprint(arrays.spd_solve)
    monkeypatch.setattr(fp, "_parse", lambda module, rooms: ("changed", ()))
    fp.module_fingerprint.cache_clear()
    assert fp.fingerprint(arrays.spd_solve) != before
    fp.module_fingerprint.cache_clear()


def test_an_adapter_changes_with_its_code_its_constants_and_what_it_calls():
    def make(constant):
        def helper(x):
            return x + constant

        def adapter(n, trials, rng):
            """Doc."""
            return helper(n)

        return adapter

    assert fp.fingerprint(make(1)) == fp.fingerprint(make(1)) != fp.fingerprint(make(2))


def test_a_string_constant_is_not_taken_for_a_docstring():
    def first(n):
        return "a", n

    def second(n):
        return "b", n

    assert fp._code(first.__code__) != fp._code(second.__code__)


def test_another_process_finds_the_same_code():
    """Addresses and the order of sets differ from process to process; else all would be simulated again each time."""
    program = (
        "from claims import load_claims; from lab.run.fingerprint import fingerprint;"
        "print(*(fingerprint(c.simulate) for c in load_claims()))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    there = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert there.stdout.split() == [fp.fingerprint(claim.simulate) for claim in load_claims()]


def test_the_order_of_a_set_does_not_count():
    assert fp._text(frozenset(["a", "b", "c"])) == fp._text(frozenset(["c", "b", "a"]))


def test_the_attributes_of_a_callable_object_count_by_what_they_are():
    class Scaled:
        def __init__(self, function):
            self.function = function

        def __call__(self, n, trials, rng):
            return self.function(n)

    def make(constant):
        return lambda n: n * constant

    assert fp.fingerprint(Scaled(make(1))) == fp.fingerprint(Scaled(make(1))) != fp.fingerprint(Scaled(make(2)))
