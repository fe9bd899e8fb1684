"""The manual as pages that a pharmacist prints on A4 and marks up with a pen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from assuage.provenance import Citation, Source, Stamp
from assuage.report.manual import ManualPage, page_counts, topic_words
from assuage.report.page import fill
from assuage.report.rows import NumberedSource, numbered_sources
from assuage.report.wording import capitalised, slug


def manual_files(pages: Sequence[ManualPage], stamp: Stamp) -> Mapping[str, str]:
    """Return every page by its file name, with an index; each stands by itself."""
    return {
        "index.html": _index(pages, stamp),
        **{file_of(page): manual_html(page, stamp) for page in pages},
    }


def file_of(page: ManualPage) -> str:
    return f"{page.kind}-{slug(page.name)}.html"


def manual_html(page: ManualPage, stamp: Stamp) -> str:
    """Return one page of the manual."""
    positions = [p for each in page.disagreements for p in each.positions]
    named = {m.id: m for row in page.rows if (m := row.mechanism) is not None}
    mechanisms = sorted(named.values(), key=lambda mechanism: mechanism.label.casefold())
    cited = [
        *(row.rule.citation for row in page.rows),
        *(m.citation for m in mechanisms if m.citation is not None),
        *(c for p in positions for c in p.citations),
    ]
    sources = numbered_sources(cited)
    return fill(
        "manual.html.j2",
        page=page,
        stamp=stamp,
        counts=page_counts(page),
        footing=_footing(stamp),
        short=page.title,
        number=partial(_number, {each.source.id: each for each in sources}),
        short_title=short_title,
        topic_words=topic_words,
        mechanisms=mechanisms,
        sources=sources,
    )


def _index(pages: Sequence[ManualPage], stamp: Stamp) -> str:
    drugs = [page for page in pages if page.kind == "drug"]
    topics = [page for page in pages if page.kind == "topic"]
    counts = {page.name: Counter(row.topic for row in page.rows) for page in drugs}
    return fill(
        "manual_index.html.j2",
        stamp=stamp,
        drugs=drugs,
        topics=topics,
        rules=sum(len(page.rows) for page in topics),
        coverage=[
            (capitalised(topic_words(t.name)), [counts[d.name][t.name] for d in drugs])
            for t in topics
        ],
        file_of=file_of,
        footing=_footing(stamp),
        short="The manual",
    )


def _footing(stamp: Stamp) -> str:
    return f"assuage {stamp.software}, knowledge {stamp.knowledge}, {stamp.today.isoformat()}"


def _number(sources: Mapping[str, NumberedSource], citation: Citation) -> int:
    return sources[citation.source.id].number


def short_title(source: Source) -> str:
    """Return what a source is called where its whole title stands below."""
    title = source.title
    for detail in (", setid", ", date not in copy", ", effective", " (PharmCAT"):
        title = title.split(detail)[0]
    return title
