"""Both papers as pages of A4: each one page, whole, in its language."""

from markupsafe import Markup

from assuage.messages import Messages
from assuage.report.page import fill
from assuage.report.papers.consultation import Consultation
from assuage.report.papers.figure import Said
from assuage.report.papers.note import NoteRows, note_rows
from assuage.report.papers.patient import PatientRows, PeoplePicture, patient_rows
from assuage.report.papers.tracing import sources
from assuage.report.picture import draw_key_alone, draw_people


def note_html(case: Consultation) -> str:
    """Return the note for the record."""
    return note_page(note_rows(case), case.messages)


def patient_html(case: Consultation) -> str:
    """Return the plan for the patient."""
    return patient_page(patient_rows(case), case.messages)


def note_page(rows: NoteRows, messages: Messages) -> str:
    """Return the page of a note's rows, its sources numbered as they come up."""
    numbered = sources(rows)
    number = {each.source.id: each.number for each in numbered}

    def cite(said: Said) -> str:
        cited = dict.fromkeys(number[citation.source.id] for citation in said.citations)
        return ", ".join(str(each) for each in cited)

    return fill(
        "paper_note.html.j2",
        rows=rows,
        say=messages.say,
        language=messages.language,
        of_1000=messages.say(
            "heading_numbers", people=messages.number(1000), share=messages.percent(0.95)
        ),
        cite=cite,
        sources=[(each.number, each.source.title.partition(", setid ")[0]) for each in numbered],
        key=messages.say("heading_considered_key"),
    )


def patient_page(rows: PatientRows, messages: Messages) -> str:
    """Return the page of the patient's rows."""
    return fill(
        "paper_patient.html.j2",
        rows=rows,
        say=messages.say,
        language=messages.language,
        draw=_drawn,
        key=_key,
    )


def _drawn(picture: PeoplePicture) -> Markup:
    words = " ".join(f"{line.text}." for _, line in picture.lines)
    return draw_people(
        picture.people,
        title=picture.caption.text,
        description=words,
        key=f"people-{picture.outcome}",
        wanted=picture.wanted,
    )


def _key(picture: PeoplePicture, kind: str) -> Markup:
    return draw_key_alone(kind, wanted=picture.wanted)
