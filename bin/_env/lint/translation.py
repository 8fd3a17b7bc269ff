"""Says what is missing in a translation: python translation.py fr.po template.pot; ends with 1 when something is."""

import re
import sys

import polib

PLACEHOLDER = re.compile(r'%(?:\([a-z_0-9]+\))?[sdif%]|\{\{.*?\}\}', re.IGNORECASE)


def problems(translation, template):
    """One line for each source text that `translation` lacks, leaves empty or fuzzy, or fills differently."""
    translated = {(entry.msgctxt, entry.msgid): entry for entry in translation if not entry.obsolete}
    for wanted in template:
        entry = translated.get((wanted.msgctxt, wanted.msgid))
        if entry is None:
            yield f"missing: {wanted.msgid[:100]!r}"
        elif not entry.msgstr.strip():
            yield f"empty: {wanted.msgid[:100]!r}"
        elif entry.fuzzy:
            yield f"fuzzy: {wanted.msgid[:100]!r}"
        elif sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr)):
            yield f"other placeholders: {wanted.msgid[:100]!r}"


def main(translation, template):
    """Print the problems, the first thirty, and how many there are."""
    found = list(problems(polib.pofile(translation), polib.pofile(template)))
    for line in found[:30]:
        print(f"{translation}: {line}")
    if len(found) > 30:
        print(f"{translation}: … and {len(found) - 30} more")
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
