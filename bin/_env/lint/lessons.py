"""Check docs/lessons.md: each lesson once, and each test that it names exists.

A row is `| number | what must hold | where it is shown |`. The last column names tests as `file.py::test_name`, or says
`Awaits: …` or `Does not apply: …`.
"""

import re
import sys
from pathlib import Path

LESSONS = 73
ROW = re.compile(r'^\| *(\d+) *\|(.*)\|(.*)\|\s*$')
TEST = re.compile(r'`(\w+\.py)::(\w+)`')
EXCUSES = ('Awaits:', 'Does not apply:')
FOLDERS = ('tests', 'recouvrement_plus/tests', 'recouvrement_plus_sms/tests', 'recouvrement_plus_snailmail/tests')


def main(root):
    """Print what is wrong; returns 0 when nothing is."""
    root = Path(root)
    rows = [match.groups() for match in map(ROW.match, (root / 'docs' / 'lessons.md').read_text().splitlines()) if match]
    tests = known_tests(root)
    wrong = numbering([int(number) for number, _text, _where in rows])
    for number, _text, where in rows:
        wrong += [f"lesson {number}: {problem}" for problem in problems(where.strip(), tests)]
    for line in wrong:
        print(f"docs/lessons.md: {line}")
    return 1 if wrong else 0


def numbering(numbers):
    """What is missing or twice among the lessons."""
    expected = set(range(1, LESSONS + 1))
    found = [f"lesson {number} is missing" for number in sorted(expected - set(numbers))]
    return found + [f"lesson {number} is there more than once" for number in sorted(set(numbers)) if numbers.count(number) > 1]


def problems(where, tests):
    """What is wrong in the last column of a row."""
    named = TEST.findall(where)
    if not named and not where.startswith(EXCUSES):
        return ["names no test, and does not say what it awaits or why it does not apply"]
    return [f"there is no {file}::{name}" for file, name in named if name not in tests.get(file, ())]


def known_tests(root):
    """{file name: names of its test functions}, Odoo's, the engine's, the scripts' and the tours."""
    found = {}
    for folder in FOLDERS:
        for file in (root / folder).rglob('test_*.py'):
            found.setdefault(file.name, set()).update(re.findall(r'^\s*def (test_\w+)', file.read_text(), re.MULTILINE))
    return found


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
