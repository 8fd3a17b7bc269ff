"""Check the documents: each relative link leads to a file, each file named in `backticks` with its folder exists, and each
decision is in the index.

A path is looked for from the checkout, from `recouvrement_plus/`, from `tests/engine/` and from the document's own folder.
"""

import re
import sys
from pathlib import Path

LINK = re.compile(r'\]\(([^)#:\s]+)(?:#[^)]*)?\)')
NAMED = re.compile(r'`([\w./-]+/[\w.*-]+\.(?:py|xml|csv|md|po|xsd|js|txt))`')
ROOTS = ('', 'recouvrement_plus', 'tests/engine')
ELSEWHERE = ('mail/', 'P000123/', 'schema/')  # a file of Odoo's own; files inside the zip of a handover


def main(root):
    """Print what is wrong; returns 0 when nothing is."""
    root = Path(root)
    documents = [*root.glob('*.md'), *root.glob('docs/**/*.md'), *root.glob('scripts/*.md'), *root.glob('*/readme/*.md')]
    wrong = [f"{document.relative_to(root)}: there is no {name}" for document in documents for name in missing(root, document)]
    index = (root / 'docs' / 'decisions' / 'README.md').read_text(encoding='utf-8')
    wrong += [f"docs/decisions/README.md: {page.name} is not in the index"
              for page in sorted(root.glob('docs/decisions/[0-9]*.md')) if f'({page.name})' not in index]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def missing(root, document):
    """What a document names and nobody has."""
    text = re.sub(r'```.*?```', '', document.read_text(encoding='utf-8'), flags=re.DOTALL)
    links = [name for name in LINK.findall(text) if not (document.parent / name).exists()]
    named = [name for name in NAMED.findall(text) if not name.startswith(ELSEWHERE) and not is_there(root, document, name)]
    return sorted({*links, *named})


def is_there(root, document, name):
    """Whether a named file, or one that its stars stand for, is somewhere it may be meant to be."""
    return any(any(place.glob(name)) for place in (*(root / one for one in ROOTS), document.parent))


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
