"""Read published exposure ratios, routes of elimination and active metabolites."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from assuage.exposure.published import (
    ExposureKnowledge,
    ExposureRatio,
    InhibitorClass,
    Kind,
    MetaboliteRole,
    Moiety,
    RatioBasis,
    Route,
    ShareClass,
    ShareSetBy,
    Strength,
    Use,
)
from assuage.knowledge.catalogues import Folder, knowledge_folder
from assuage.knowledge.cells import Cells
from assuage.knowledge.reading import Problems, Row, read_csv, read_text
from assuage.knowledge.tables import cited_sources, find_duplicates
from assuage.patient.vocabulary import Vocabulary
from assuage.provenance import Citation, Source

RATIO_COLUMNS = (
    *("id", "victim", "analyte", "kind", "factor", "factor_dose", "reference_group", "people"),
    *("route", "level", "subjects_activity", "ratio", "ratio_low", "ratio_high", "n", "measure"),
    *("basis", "use", "study", "source_id", "primary_url", "flag", "note"),
)
ROUTE_COLUMNS = (
    *("drug", "route", "share", "metabolite", "inhibits_itself"),
    *("source_id", "locator", "note"),
)
MOIETY_COLUMNS = (
    *("drug", "metabolite", "metabolite_drug", "parent_share", "set_by"),
    *("source_id", "locator", "note"),
)
CLASS_COLUMNS = ("concept", "route", "strength")
ROUTES = ("CYP1A2", "CYP2B6", "CYP2C19", "CYP2D6", "CYP3A4", "kidney")
PLACES = (*ROUTES, "liver", "")
RANGES = re.compile(r"below_\d+|\d+_to_\d+")
LEVELS = {
    "kidney": "below_30, 30_to_60 or another range of mL/min",
    "liver": "impairment",
    "age": "from_65 or another age",
    "sex": "female or men_under_45",
    "smoking": "smoker",
}
_LEVEL_FORMS = {
    "kidney": RANGES,
    "liver": re.compile("impairment"),
    "age": re.compile(r"from_\d+"),
    "sex": re.compile("female|men_under_45"),
    "smoking": re.compile("smoker"),
}


@dataclass(frozen=True, slots=True)
class _Tables:
    """The folder, what is wrong in it so far, and the words it may use."""

    folder: Folder
    problems: Problems
    vocabulary: Vocabulary
    sources: Mapping[str, Source]

    def rows(self, name: str, columns: tuple[str, ...], identity: tuple[str, ...]):
        text = read_text(self.folder.joinpath(name))
        rows = read_csv(text, f"kinetics/{name}", columns, self.problems)
        find_duplicates(rows, identity, self.problems)
        return rows

    def cells(self, row: Row) -> Cells:
        return Cells(row, self.problems)

    def citation(self, cells: Cells, locator: str) -> Citation:
        source = cells.id_in("source_id", self.sources, table="kinetics/sources.csv")
        return Citation(
            source=self.sources.get(source, Source(id=source, title="")), locator=locator
        )

    def medicine(self, cells: Cells, column: str) -> str:
        return cells.id_in(column, self.vocabulary.medicines, table="valuesets/medicines.csv")


def load_exposure(vocabulary: Vocabulary, folder: Folder | None = None) -> ExposureKnowledge:
    """Read the tables of `kinetics/` (None: those that come with assuage).

    `vocabulary` holds the medicines and groups of medicines that the tables may name. Raises
    InvalidInput with every problem of all files.
    """
    problems = Problems()
    folder = folder if folder is not None else knowledge_folder().joinpath("kinetics")
    text = read_text(folder.joinpath("sources.csv"))
    sources = cited_sources(text, "kinetics/sources.csv", problems)
    tables = _Tables(folder, problems, vocabulary, sources)
    ratios = tables.rows("exposure_ratios.csv", RATIO_COLUMNS, ("id",))
    routes = tables.rows("routes.csv", ROUTE_COLUMNS, ("drug", "route"))
    moieties = tables.rows("moieties.csv", MOIETY_COLUMNS, ("drug",))
    classes = tables.rows("inhibitor_classes.csv", CLASS_COLUMNS, ("concept", "route"))
    knowledge = ExposureKnowledge(
        ratios=tuple(_ratio(tables.cells(row), tables) for row in ratios),
        routes=tuple(_route(tables.cells(row), tables) for row in routes),
        moieties=tuple(_moiety(tables.cells(row), tables) for row in moieties),
        inhibitor_classes=tuple(_class(tables.cells(row), tables) for row in classes),
    )
    problems.refuse_if_any()
    return knowledge


def _ratio(cells: Cells, tables: _Tables) -> ExposureRatio:
    kind = cast("Kind", cells.one_of("kind", get_args(Kind)))
    use = cast("Use", cells.one_of("use", get_args(Use)))
    ratio = cells.number("ratio", above=0)
    low = cells.number_or_none("ratio_low", above=0)
    high = cells.number_or_none("ratio_high", above=0)
    if (low is None) != (high is None) or (low and high and not low <= ratio <= high):
        cells.wrong("ratio", expected="a ratio within its interval", do="Correct one of the three.")
    by_medicine = kind in {"inhibitor", "inducer"}
    if not by_medicine:
        cells.empty("subjects_activity", because="it belongs to tests of a medicine")
    return ExposureRatio(
        id=cells.filled("id"),
        victim=cells.filled("victim"),
        analyte=cells.filled("analyte"),
        kind=kind,
        factor=cells.filled("factor"),
        factor_dose=cells.text("factor_dose"),
        reference_group=cells.text("reference_group"),
        people=cells.text("people"),
        route=cells.one_of("route", PLACES),
        level=_level(cells, kind, tables),
        activity=_activity(cells, "level") if kind == "genotype" else None,
        subjects_activity=_activity(cells, "subjects_activity") if by_medicine else None,
        ratio=ratio,
        low=low,
        high=high,
        n=cells.text("n"),
        measure=cells.filled("measure"),
        basis=cast("RatioBasis", cells.one_of("basis", get_args(RatioBasis))),
        use=use,
        study=cells.filled("study"),
        citation=tables.citation(cells, cells.text("study")),
        primary_url=cells.text("primary_url"),
        flag=cells.text("flag"),
        row=cells.row.number,
        note=cells.text("note"),
    )


def _level(cells: Cells, kind: Kind, tables: _Tables) -> str:
    """Return our reading of the factor, checked by the kind of factor it is."""
    if kind in {"inhibitor", "inducer"}:
        return tables.medicine(cells, "level")
    form = _LEVEL_FORMS.get(kind)
    if form is not None and not form.fullmatch(cells.text("level")):
        cells.wrong("level", expected=LEVELS[kind], do="Correct it.")
    return cells.text("level")


def _activity(cells: Cells, column: str) -> float | None:
    """Return an activity relative to the reference group; none where the source is not clear."""
    value = cells.number_or_none(column)
    if value is not None and value < 0:
        cells.wrong(column, expected="an activity of 0 or more", do="Correct it.")
    return value


def _share(cells: Cells, column: str) -> float:
    value = cells.number(column, above=0)
    if value >= 1:
        cells.wrong(column, expected="a share above 0 and below 1", do="Correct it.")
    return value


def _route(cells: Cells, tables: _Tables) -> Route:
    in_words = cells.text("share") in get_args(ShareClass)
    return Route(
        drug=tables.medicine(cells, "drug"),
        route=cells.one_of("route", ROUTES),
        share=cast("ShareClass", cells.text("share")) if in_words else _share(cells, "share"),
        metabolite=cast("MetaboliteRole", cells.one_of("metabolite", get_args(MetaboliteRole))),
        inhibits_itself=cells.yes_or_no("inhibits_itself"),
        citation=tables.citation(cells, cells.text("locator")),
        note=cells.text("note"),
    )


def _moiety(cells: Cells, tables: _Tables) -> Moiety:
    own = cells.text("metabolite_drug")
    return Moiety(
        drug=tables.medicine(cells, "drug"),
        metabolite=cells.filled("metabolite"),
        metabolite_drug=tables.medicine(cells, "metabolite_drug") if own else "",
        parent_share=_share(cells, "parent_share"),
        set_by=cast("ShareSetBy", cells.one_of("set_by", get_args(ShareSetBy))),
        citation=tables.citation(cells, cells.text("locator")),
        note=cells.text("note"),
    )


def _class(cells: Cells, tables: _Tables) -> InhibitorClass:
    return InhibitorClass(
        concept=cells.id_in("concept", tables.vocabulary.concepts, table="valuesets/concepts.yaml"),
        route=cells.one_of("route", ROUTES),
        strength=cast("Strength", cells.one_of("strength", get_args(Strength))),
    )
