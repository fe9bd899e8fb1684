"""Read the gene guidance: what CPIC and DPWG say of a drug for each phenotype, and our reading.

One file a drug, one entry a recommendation. `genes/effects.yaml` says what an action of a
guideline means at pain doses; this module only applies it.

A table of two genes has rows for either gene untested. What such a row says of one gene stays said
when the other becomes known, unless the row of both says as much or more: knowing more never
loosens what was said (docs/explanation/genes.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Literal

from pydantic import Field, TypeAdapter

from assuage.knowledge.citing import Entry, Folder, cite_place, read_part
from assuage.knowledge.reading import Located, Problems, check, nearest
from assuage.options.condition import All, AtLeast, Condition
from assuage.options.gene_condition import NOT_TESTED, Genotype
from assuage.options.rule import EFFECTS, VERDICT_OF, Effect, Region, Rule
from assuage.patient.record import Phenotype
from assuage.provenance import Citation, Source
from assuage.units import MgPerDay

FOLDER = "genes"
NOT_DRUGS = frozenset({"effects.yaml", "sources.yaml", "left_out.yaml"})
_ALL: tuple[Phenotype, ...] = (
    *("poor", "intermediate", "normal"),
    *("rapid", "ultrarapid", "indeterminate"),
)
Result = Literal[
    "poor",
    "intermediate",
    "normal",
    "rapid",
    "ultrarapid",
    "indeterminate",
    "not_tested",
    "any",
]
Gene = Literal["CYP2D6", "CYP2C19", "CYP2B6"]
OLDER = AtLeast(fact="age", label="age", limit=65, unit="years")


class _Entry(Entry):
    phenotypes: dict[Gene, Result]
    activity_score: str = ""
    action: str
    dose_change: str = ""
    strength: str
    depression_doses: bool = False
    cap_mg_per_day: Decimal | None = None
    cap_from_65_mg_per_day: Decimal | None = None
    says: str = Field(min_length=1)
    record: str
    rule: str = ""


class _Table(Entry):
    guideline: str
    source: str
    entries: tuple[_Entry, ...]


class _File(Entry):
    drug: str
    tables: tuple[_Table, ...]


class _Guideline(Entry):
    short: str
    region: Region


class _Row(Entry):
    action: str
    drugs: str = ""
    phenotype: str = ""
    strength: str = ""
    effect: Effect
    graded_by: Literal["source", "assuage"]
    basis: str = ""
    because: str = ""
    do: str

    def fits(self, entry: _Entry, names: Iterable[str]) -> bool:
        return (
            self.action == entry.action
            and (not self.drugs or self.drugs in names)
            and (not self.phenotype or self.phenotype in entry.phenotypes.values())
            and (not self.strength or self.strength == entry.strength)
        )


class _Effects(Entry):
    guidelines: dict[str, _Guideline]
    effects: tuple[_Row, ...]


_FILE, _EFFECTS = TypeAdapter(_File), TypeAdapter(_Effects)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneStatement:
    """One recommendation of a guideline, and the effect it has here.

    `phenotypes` are as the guideline's row has them, `not_tested` and `any` included. `action`,
    `dose_change`, `strength`, `activity_score` and `record` are the guideline's; `says` is its
    recommendation in our words. `rule` is the id of the rule that comes of it.
    """

    drug: str
    guideline: str
    short: str
    region: Region
    phenotypes: Mapping[str, str]
    activity_score: str
    action: str
    dose_change: str
    strength: str
    depression_doses: bool
    says: str
    record: str
    rule: str
    effect: Effect
    graded_by: Literal["source", "assuage"]
    because: str
    do: str
    cap: Decimal | None
    cap_from_65: Decimal | None
    citation: Citation
    where: str = field(compare=False)

    @property
    def genes(self) -> tuple[str, ...]:
        return tuple(self.phenotypes)

    @property
    def named(self) -> dict[str, str]:
        """The genes whose result the row names."""
        return {g: result for g, result in self.phenotypes.items() if result != NOT_TESTED}

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that come of it: one more where the cap of older people is lower."""
        return (self.rule, *([f"{self.rule}-65"] if self.cap_from_65 is not None else ()))

    @property
    def factor(self) -> Decimal | None:
        """The share of the usual dose that the guideline allows, where the effect is a dose cut."""
        if self.effect != "reduce_dose" or not self.dose_change.endswith("%"):
            return None
        try:
            change = Decimal(self.dose_change.removesuffix("%")) / 100
        except InvalidOperation:
            return None
        return 1 + change if change < 0 else None

    @property
    def strictness(self) -> tuple[int, bool, Decimal, bool]:
        """What it holds back, the strictest the smallest: verdict, dose, share, slow steps."""
        verdicts = list(dict.fromkeys(VERDICT_OF[effect] for effect in EFFECTS))
        return (
            verdicts.index(VERDICT_OF[self.effect]),
            self.effect != "reduce_dose",
            self.factor or Decimal(1),
            "slow" not in self.do,
        )


def read_genes(
    folder: Folder,
    classes: Mapping[str, Iterable[str]],
    sources: Mapping[str, Source],
    problems: Problems,
) -> tuple[GeneStatement, ...]:
    """Return every statement of the gene guidance; none where the folder has no such files."""
    genes = folder.joinpath(FOLDER)
    if not genes.is_dir():
        return ()
    effects = check(_EFFECTS, read_part(folder, f"{FOLDER}/effects.yaml"), problems)
    if effects is None:
        return ()
    found: list[GeneStatement] = []
    for name in sorted(part.name for part in genes.iterdir()):
        if name.endswith(".yaml") and name not in NOT_DRUGS:
            located = read_part(folder, f"{FOLDER}/{name}")
            reader = _Reader(located, effects, classes, sources, problems)
            found.extend(reader.read())
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Reader:
    located: Located
    effects: _Effects
    classes: Mapping[str, Iterable[str]]
    sources: Mapping[str, Source]
    problems: Problems

    def read(self) -> Iterable[GeneStatement]:
        file = check(_FILE, self.located, self.problems)
        if file is None:
            return
        names = {file.drug, *(name for name, drugs in self.classes.items() if file.drug in drugs)}
        if len(names) == 1:
            known = {drug for drugs in self.classes.values() for drug in drugs}
            hint = nearest(file.drug, known)
            self._refuse(("drug",), f"the drug {file.drug}", f"a drug of a class{hint}")
            return
        for place, table in enumerate(file.tables):
            guideline = self.effects.guidelines.get(table.guideline)
            if guideline is None:
                listed = ", ".join(self.effects.guidelines)
                found = f"the guideline {table.guideline}"
                self._refuse(("tables", place), found, f"one of genes/effects.yaml: {listed}")
                continue
            for line, entry in enumerate(table.entries):
                path = ("tables", place, "entries", line)
                row = next((row for row in self.effects.effects if row.fits(entry, names)), None)
                if row is None:
                    found = f"the action {entry.action}"
                    self._refuse(path, found, "an action of genes/effects.yaml")
                    continue
                yield self._statement(file.drug, table, guideline, entry, row, path)

    def _statement(
        self,
        drug: str,
        table: _Table,
        guideline: _Guideline,
        entry: _Entry,
        row: _Row,
        path: tuple[str | int, ...],
    ) -> GeneStatement:
        results = ", ".join(f"{g} {r.replace('_', ' ')}" for g, r in entry.phenotypes.items())
        record = "" if entry.record == "none" else f" ({entry.record})"
        place = f"{table.guideline}: {results}{record}; {entry.strength}"
        where = self.located.where(path)
        return GeneStatement(
            drug=drug,
            guideline=table.guideline,
            short=guideline.short,
            region=guideline.region,
            phenotypes={str(gene): str(result) for gene, result in entry.phenotypes.items()},
            activity_score=entry.activity_score,
            action=entry.action,
            dose_change=entry.dose_change,
            strength=entry.strength,
            depression_doses=entry.depression_doses,
            says=entry.says,
            record=entry.record,
            rule=entry.rule or entry.record,
            effect=row.effect,
            graded_by=row.graded_by,
            because=row.because,
            do=row.do.replace("{guideline}", guideline.short).replace("{says}", entry.says),
            cap=entry.cap_mg_per_day,
            cap_from_65=entry.cap_from_65_mg_per_day,
            citation=cite_place(
                table.source,
                f"{place}; {row.basis}" if row.basis else place,
                self.sources,
                where,
                self.problems,
            ),
            where=where,
        )

    def _refuse(self, path: tuple[str | int, ...], found: str, expected: str) -> None:
        where = self.located.where(path)
        self.problems.add(where, found=found, expected=expected, do="Correct it.")


def gene_rules(
    statements: Sequence[GeneStatement], seen: dict[str, str], problems: Problems
) -> Iterable[Rule]:
    """Return the rules of the statements. Statements of one rule must have the same effect."""
    tables: dict[tuple[str, str, tuple[str, ...]], list[GeneStatement]] = {}
    made: dict[str, GeneStatement] = {}
    for one in statements:
        tables.setdefault((one.drug, one.guideline, one.genes), []).append(one)
        first = made.get(one.rule)
        same = first is not None and (first.strictness, first.drug, first.phenotypes) == (
            *(one.strictness, one.drug, one.phenotypes),
        )
        if one.rule in seen or (first is not None and not same):
            problems.add(
                one.where,
                found=f"the rule {one.rule} again",
                expected="a rule of its own, or the same genes and effect",
                do="Correct the id of the rule.",
            )
        made.setdefault(one.rule, one)
    for one in made.values():
        seen[one.rule] = one.where
        when = _when(one, tables[one.drug, one.guideline, one.genes])
        yield _rule(one, one.rule, when, one.cap)
        if one.cap_from_65 is not None:
            yield _rule(one, f"{one.rule}-65", All(parts=(when, OLDER)), one.cap_from_65)


def _rule(one: GeneStatement, name: str, when: Condition, cap: Decimal | None) -> Rule:
    return Rule(
        id=name,
        about=one.drug,
        when=when,
        effect=one.effect,
        because=one.because,
        do=one.do,
        if_not_recorded="pass",
        region=one.region,
        graded_by=one.graded_by,
        citation=one.citation,
        cap=None if cap is None else MgPerDay(cap),
        dose_factor=one.factor,
    )


def _when(one: GeneStatement, table: Iterable[GeneStatement]) -> Genotype:
    """A row for one gene holds while the other is untested, or its row of both permits more."""
    results = {gene: _results(result) for gene, result in one.phenotypes.items()}
    untested = [gene for gene, result in one.phenotypes.items() if result == NOT_TESTED]
    for gene in untested:
        milder = {
            other.phenotypes[gene]
            for other in table
            if {**other.phenotypes, gene: NOT_TESTED} == one.phenotypes
            and other.strictness > one.strictness
        }
        results[gene] = (NOT_TESTED, *(result for result in _ALL if result in milder))
    return Genotype(genes=tuple(results.items()))


def _results(result: str) -> tuple[str, ...]:
    """`any` is used of CYP2D6, of which no guideline calls anybody a rapid metaboliser."""
    return tuple(each for each in _ALL if each != "rapid") if result == "any" else (result,)
