"""What was published of exposures: ratios, the routes by which drugs leave, active metabolites."""

from dataclasses import dataclass
from typing import Literal

from assuage.provenance import Citation

Kind = Literal["inhibitor", "inducer", "genotype", "kidney", "liver", "age", "sex", "smoking"]
Use = Literal["score", "metabolite", "check_window", "qualitative", "dynamic_only", "exclude"]
RatioBasis = Literal["reported", "derived"]
ShareClass = Literal["main", "part", "minor"]
Strength = Literal["strong", "not_stated"]
MetaboliteRole = Literal["none", "forms", "clears"]
ShareSetBy = Literal["source", "assuage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureRatio:
    """One published ratio: the exposure to `analyte` with a factor over that without it.

    Exposure is the area under the curve, the steady-state level or dose over clearance, as
    `measure` says. `use` is "score" for a row that the model learns from; the others are kept so
    that they are seen: of a metabolite, cut short, only in words, before steady state, wrong in
    the source. `level` is our reading of the factor: the medicine; the activity of the enzyme (1
    in the reference group); a range of the creatinine clearance in mL/min; or a group of people.
    `subjects_activity` is that of the people in whom a medicine was tested.
    """

    id: str
    victim: str
    analyte: str
    kind: Kind
    factor: str
    factor_dose: str
    reference_group: str
    people: str
    route: str
    level: str
    activity: float | None
    subjects_activity: float | None
    ratio: float
    low: float | None
    high: float | None
    n: str
    measure: str
    basis: RatioBasis
    use: Use
    study: str
    citation: Citation
    primary_url: str
    flag: str
    row: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A way by which a drug leaves the body: an enzyme, or the kidney.

    `share` is a number (0 to 1) where a source gives one, else how much a source makes of it.
    `metabolite` says what the route does to the active metabolite: nothing, forms it, or clears
    it as it clears the drug. `inhibits_itself`: the drug takes the enzyme away from itself.
    """

    drug: str
    route: str
    share: ShareClass | float
    metabolite: MetaboliteRole
    inhibits_itself: bool
    citation: Citation
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moiety:
    """A drug that is judged together with its active metabolite.

    `parent_share` is the drug's part of the sum in the reference group. `metabolite_drug` is the
    metabolite's own id where it is a drug of ours, else empty.
    """

    drug: str
    metabolite: str
    metabolite_drug: str
    parent_share: float
    set_by: ShareSetBy
    citation: Citation
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InhibitorClass:
    """A group of medicines that inhibit a route, for members without a ratio of their own."""

    concept: str
    route: str
    strength: Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureKnowledge:
    """All that was published and read."""

    ratios: tuple[ExposureRatio, ...]
    routes: tuple[Route, ...]
    moieties: tuple[Moiety, ...]
    inhibitor_classes: tuple[InhibitorClass, ...]

    def routes_of(self, drug: str) -> tuple[Route, ...]:
        return tuple(route for route in self.routes if route.drug == drug)

    def moiety_of(self, drug: str) -> Moiety | None:
        return next((moiety for moiety in self.moieties if moiety.drug == drug), None)
