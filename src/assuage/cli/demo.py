"""`make demo`: one real-looking patient through the whole way, in the terminal and as pages."""

import sys
import webbrowser
from datetime import date
from pathlib import Path
from time import perf_counter

PATIENT = Path("examples/patient.yaml")
FOLDER = Path("build/demo")


def main() -> None:
    """Appraise the example patient, plan the first option, write both pages and open the first."""
    began = perf_counter()
    from assuage.cli.consult import presentation, show, write_page
    from assuage.consult.appraise import appraise
    from assuage.consult.library import load_library
    from assuage.consult.patient import patient_from_file
    from assuage.consult.plan import plan_for
    from assuage.consult.versions import stamp
    from assuage.report.appraisal_html import appraisal_html
    from assuage.report.appraisal_text import AppraisalText
    from assuage.report.plan_html import plan_html
    from assuage.report.plan_text import PlanText

    today = date.today()  # noqa: DTZ011 - the user's own calendar day
    library = load_library()
    record = patient_from_file(PATIENT, library, today=today)
    appraisal = appraise(record, library, today=today)
    show(AppraisalText(appraisal, presentation(library)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    page = FOLDER / "appraisal.html"
    write_page(page, appraisal_html(appraisal, presentation(library)))
    first = next((option.drug for option in appraisal.options if option.rank == 1), None)
    if first is not None:
        plan, _ = plan_for(record, first, library, today=today)
        show(PlanText(plan, stamp(today), patient=appraisal.patient))
        write_page(FOLDER / "plan.html", plan_html(plan, stamp(today), patient=appraisal.patient))
    print(f"\nThe patient: {PATIENT}. Done in {perf_counter() - began:.1f} s.")  # noqa: T201
    if sys.stdout.isatty():
        webbrowser.open(page.resolve().as_uri())


if __name__ == "__main__":
    main()
