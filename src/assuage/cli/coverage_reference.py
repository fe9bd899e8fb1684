"""Write what the rules cover: docs/reference/coverage.md, and the blanks in LIMITATIONS.md.

`python -m assuage.cli.coverage_reference LIMITATIONS.md` writes the blanks between their markers;
the page is written with the other reference pages. Tests hold both to the rules.
"""

import sys
from pathlib import Path

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.coverage import blanks_table, coverage_page

PAGE = "coverage.md"
START = "<!-- blanks: written by make docs from the rules; do not edit -->"
END = "<!-- end of blanks -->"


def page() -> str:
    """Return the coverage of the rules, by topic and drug, as a page in Markdown."""
    return coverage_page(_drugs())


def with_blanks(text: str) -> str:
    """Return a text with the table of blanks between its markers.

    Raises ValueError when the text lacks a marker.
    """
    before, started, rest = text.partition(START)
    _, ended, after = rest.partition(END)
    if not (started and ended):
        raise ValueError(f"No place for the blanks: the text needs {START} and {END}.")
    return f"{before}{START}\n\n{blanks_table(_drugs())}\n{END}{after}"


def _drugs() -> tuple[str, ...]:
    return tuple(drug.id for drug in load_catalogues().treatments.candidates)


def main() -> None:
    """Write the blanks into the file named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m assuage.cli.coverage_reference LIMITATIONS.md")
    path = Path(sys.argv[1])
    path.write_text(with_blanks(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
