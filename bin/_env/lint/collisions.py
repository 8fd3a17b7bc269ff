"""Check that no method of a model is defined twice unawares: of two definitions without `super()` one is lost, silently.

A model is spread over many files. A method may be defined in several of them; all but one have to call `super()`.
"""

import ast
import sys
from collections import defaultdict
from pathlib import Path

FOLDERS = ('models', 'wizard')


def main(root):
    """Print the collisions; returns 0 when there are none."""
    found = collisions(file for folder in FOLDERS for file in sorted(Path(root).glob(f'*/{folder}/*.py')))
    for model, method, places in found:
        where = ', '.join(f"{file.relative_to(root)}:{line}" for file, line in places)
        print(f"{model}.{method} is defined without super() in {where}")
    return 1 if found else 0


def collisions(files):
    """[(model, method, [(file, line)])] of the methods that several classes of a model define without `super()`."""
    found = defaultdict(list)
    for file in files:
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef):
                for name, line in replacing(node):
                    found[model_of(node), name].append((file, line))
    return [(model, name, places) for (model, name), places in sorted(found.items()) if model and len(places) > 1]


def model_of(node):
    """The model that a class defines or extends, '' for a class of another kind."""
    named = {
        statement.targets[0].id: statement.value
        for statement in node.body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }
    value = named.get('_name') or named.get('_inherit')
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ''


def replacing(node):
    """(name, line) of the methods of a class that do not call `super()`."""
    for method in node.body:
        if isinstance(method, ast.FunctionDef):
            called = (one.id for one in ast.walk(method) if isinstance(one, ast.Name))
            if 'super' not in called:
                yield method.name, method.lineno


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
