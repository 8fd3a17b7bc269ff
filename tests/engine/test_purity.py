"""The engine stands alone: no Odoo, no clock, no file, no binary fractions; small documented functions."""

import ast
import subprocess
import sys

import pytest
from engine_tables import ADDON

SOURCES = sorted((ADDON / "engine").glob("*.py"))
TREES = {path.name: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
NODES = [(name, node) for name, tree in TREES.items() for node in ast.walk(tree)]
ALLOWED_IMPORTS = {
    "bisect",
    "calendar",
    "collections",
    "dataclasses",
    "datetime",
    "dateutil",
    "decimal",
    "functools",
    "holidays",
    "heapq",
    "itertools", "math", "operator", "re", "unicodedata"}
# Probabilities and their weights are statistics, not money: there, and nowhere else, binary fractions are at home.
STATISTICS = {f"{name}.py" for name in (
    *("backtest", "calibration", "forecast", "habits"), *("payment_dates", "portfolio", "replay", "solver"))}
CLOCKS = {"today", "now", "utcnow", "time", "time_ns", "monotonic"}
OUTSIDE = {"float", "open", "print", "eval", "exec", "input", "__import__"}

BLOCKED = """
import sys
sys.modules["odoo"] = None
sys.path.insert(0, sys.argv[1])
import engine, pkgutil
names = {module.name for module in pkgutil.iter_modules(engine.__path__)}
assert names == set(engine.__all__), names ^ set(engine.__all__)
assert all(hasattr(engine, name) for name in names)
assert not [name for name in sys.modules if name.startswith("odoo") and sys.modules[name]]
"""


def test_imports_with_odoo_blocked():
    subprocess.run([sys.executable, "-I", "-c", BLOCKED, str(ADDON)], check=True, timeout=20)


def nodes(kind):
    return [(name, node) for name, node in NODES if isinstance(node, kind)]


def test_the_scan_sees_the_engine():
    assert {"penalties.py", "ladder.py", "scoring.py", "proceedings.py", "rates.py", "money.py"} <= set(TREES)


def test_imports_are_relative_or_declared():
    for name, node in nodes(ast.Import):
        assert {alias.name.split(".")[0] for alias in node.names} <= ALLOWED_IMPORTS, name
    for name, node in nodes(ast.ImportFrom):
        assert node.level == 1 or (node.level == 0 and node.module.split(".")[0] in ALLOWED_IMPORTS), name


def test_no_clock_is_read():
    calls = [(name, node.func.attr) for name, node in nodes(ast.Call) if isinstance(node.func, ast.Attribute)]
    assert [call for call in calls if call[1] in CLOCKS] == []


def statistic(name, node):
    """The name of a type in a module of statistics."""
    return name in STATISTICS and node.id == "float"


def test_no_binary_fraction_no_file_no_output():
    used = [(name, node.id) for name, node in nodes(ast.Name) if node.id in OUTSIDE and not statistic(name, node)]
    constants = [(name, node.value) for name, node in nodes(ast.Constant)
                 if type(node.value) is float and name not in STATISTICS]
    assert used == [] and constants == []
    for path in SOURCES:
        assert "float(" not in path.read_text(encoding="utf-8"), path.name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_house_rules(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250
    tree = TREES[path.name]
    assert ast.get_docstring(tree)
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    for node in functions:
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno <= 40 or node.name == "penalty_statement", node.name
        if not node.name.startswith("_") and node in tree.body:
            assert ast.get_docstring(node), node.name
