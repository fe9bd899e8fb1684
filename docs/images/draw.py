"""Draw the pictures of the README and the tutorials: `make pictures` (needs Chromium).

Each is a real output. From the example patient, photographed: the appraisal and the plan as pages,
and the appraisal as a terminal shows it; the day is fixed, so that a picture changes only when the
output does. From an example network: its plots, which need no Chromium (`draw.py plots`).
"""

import shutil
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.text import Text

from assuage import nma
from assuage.cli.consult import presentation
from assuage.consult.appraise import appraise
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_file
from assuage.consult.plan import plan_for
from assuage.consult.versions import stamp
from assuage.report.appraisal_html import appraisal_html
from assuage.report.appraisal_text import AppraisalText
from assuage.report.plan_html import plan_html

FOLDER = Path(__file__).parent
PATIENT = FOLDER.parents[1] / "examples" / "patient.yaml"
NETWORK = FOLDER.parents[1] / "examples" / "networks" / "smoking-cessation.csv"
TODAY = date(2026, 6, 15)
TERMINAL_LINES = 63
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run")


def photograph(text: str, name: str, *, width: int, height: int, scratch: Path) -> None:
    """Save the top `width` x `height` pixels of a page as a picture, at 1.5 pixels a pixel."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        sys.exit(f"No Chromium found ({', '.join(CHROMIUM)}): install it, then try again.")
    page = scratch / f"{name}.html"
    page.write_text(text)
    subprocess.run(
        [
            program,
            *QUIET,
            f"--user-data-dir={scratch / 'profile'}",
            "--force-device-scale-factor=1.5",
            f"--window-size={width},{height}",
            f"--screenshot={FOLDER / name}.png",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )


def terminal(text: AppraisalText) -> str:
    """The first screens of the text, as a terminal of 100 columns draws them."""
    whole = Console(width=100, force_terminal=True)
    with whole.capture() as captured:
        whole.print(text)
    first = captured.get().strip("\n").splitlines()[:TERMINAL_LINES]
    shown = Console(width=100, record=True, force_terminal=True, file=StringIO())
    shown.print(Text.from_ansi("\n".join(first)))
    svg = shown.export_svg(title="assuage appraise examples/patient.yaml")
    return f"<body style='margin:0;width:1000px'>{svg}</body>"


def plots() -> None:
    """The plots of the tutorial that goes from a CSV file to a league table."""
    network = nma.read(NETWORK, reference="no contact", small_values="undesirable")
    fit = network.fit()
    network.plot().save(FOLDER / "smoking-network.png")
    fit.relative_effects().plot().save(FOLDER / "smoking-forest.png")
    fit.ranks().plot().save(FOLDER / "smoking-ranks.png")
    fit.league().plot().save(FOLDER / "smoking-league.png")


def main() -> None:
    plots()
    if sys.argv[1:] == ["plots"]:
        return
    library = load_library()
    record = patient_from_file(PATIENT, library, today=TODAY)
    appraisal = appraise(record, library, today=TODAY)
    plan, _ = plan_for(record, "duloxetine", library, today=TODAY)
    look = presentation(library)
    plan_page = plan_html(plan, stamp(TODAY), patient=appraisal.patient)
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        page = appraisal_html(appraisal, look)
        photograph(page, "appraisal", width=1000, height=1120, scratch=scratch)
        photograph(plan_page, "plan", width=1000, height=1010, scratch=scratch)
        text = terminal(AppraisalText(appraisal, look))
        photograph(text, "terminal", width=1000, height=1284, scratch=scratch)


if __name__ == "__main__":
    main()
