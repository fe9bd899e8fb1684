"""A page as PDF/UA: tagged, so that a screen reader reads a printed plan in its order.

WeasyPrint does the work. It is an extra, because it needs libraries of the system (Pango); a page
printed from a browser looks the same.
"""

import re
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from typing import Any

from assuage.errors import InvalidInput, Problem

VARIANT = "pdf/ua-1"
_INK = """
.stairs-fill { fill: #f4f7f7; }
.stairs-line { fill: none; stroke: #0b5f68; stroke-width: 2.6; stroke-linejoin: round; }
.stairs-dose { font-size: 21px; font-weight: 650; fill: #182123; }
.stairs-axis { font-size: 19px; fill: #4c5a5e; }
.zero { stroke: #4c5a5e; stroke-width: 1.2; }
.flag { stroke: #4c5a5e; stroke-width: 1; stroke-dasharray: 3 3; }
.flag-head { fill: #0b5f68; }
text { font-family: sans-serif; }
.because { fill: #0b5f68; }
.unwanted .because { fill: #93431a; }
.anyway { fill: #7b888b; }
.neither, .instead { fill: none; stroke: #7b888b; stroke-width: 0.8; }
.cross { stroke: #182123; stroke-width: 1; fill: none; }
"""
"""Stairs and people on paper: WeasyPrint keeps the styles of a page out of its pictures."""


def pdf_of(page: str) -> bytes:
    """Return a self-contained HTML page as a PDF; nothing is fetched for it.

    Raises InvalidInput, with how to install it, when WeasyPrint or its libraries are not there.
    """
    printer = _weasyprint()
    inked = re.sub(r"<svg[^>]*>", lambda svg: f"{svg[0]}<style>{_INK}</style>", page)
    return printer.HTML(string=inked, url_fetcher=_nothing).write_pdf(pdf_variant=VARIANT)


def _weasyprint() -> Any:
    try:
        with redirect_stdout(StringIO()):  # it prints a page of advice of its own when it fails
            return import_module("weasyprint")
    except ImportError:
        found = "no WeasyPrint"
        do = "Install it: pip install 'assuage[pdf]'. Or write the page as HTML and print that."
    except OSError:  # the package is there, the libraries it loads are not
        found = "WeasyPrint without the libraries that set its text"
        do = (
            "Install Pango (Debian: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0). "
            "Or write the page as HTML and print that."
        )
    problem = Problem(where="a page as PDF", found=found, expected="WeasyPrint and Pango", do=do)
    raise InvalidInput([problem])


def _nothing(url: str, *_: Any, **__: Any) -> Any:
    raise ValueError(f"a page is whole and fetches nothing, not even {url}")
