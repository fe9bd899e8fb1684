"""A network whose arms are doses of agents, placebo being dose zero of every one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf

from assuage.errors import NetworkError
from assuage.evidence.network import LeftOut
from assuage.evidence.observed import Link, ObservedNetwork, ObservedStudy, observe

PLACEBO = "placebo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosed:
    """What an arm was given: doses of one agent with their shares, which sum to one.

    Almost always one dose. Several where a report counts the arms of several doses together: such
    an arm enters with the mean of their effects on the scale of the link, by the people in each.
    """

    agent: str
    shares: tuple[tuple[float, float], ...]

    @classmethod
    def at(cls, agent: str, dose: float) -> "Dosed":
        return cls(agent=agent, shares=((float(dose), 1.0),))

    @classmethod
    def pooled(cls, agent: str, people: Mapping[float, float]) -> "Dosed":
        """Return an arm made of several; `people` by dose."""
        total = sum(people.values())
        shares = tuple((float(d), n / total) for d, n in sorted(people.items()))
        return cls(agent=agent, shares=shares)

    def __post_init__(self) -> None:
        doses = [dose for dose, _ in self.shares]
        possible = bool(doses) and all(0 <= dose < inf for dose in doses)
        if not possible or abs(sum(s for _, s in self.shares) - 1) > 1e-9:
            raise NetworkError(
                f"{self.agent}: an arm needs doses of zero or more whose shares sum to one, not "
                f"{self.shares}."
            )

    @property
    def is_placebo(self) -> bool:
        return all(dose == 0 for dose, _ in self.shares)

    @property
    def label(self) -> str:
        """The arm's name as a treatment of the network."""
        if self.is_placebo:
            return PLACEBO
        if len(self.shares) == 1:
            return f"{self.agent} {self.shares[0][0]:g}"
        parts = (f"{dose:g} ({100 * share:.3g}%)" for dose, share in self.shares)
        return f"{self.agent} {' + '.join(parts)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One agent of a network: `studied` doses above zero in order (those within pooled arms too),
    and the dose at which its effect is a coefficient of the models."""

    name: str
    reference: float
    studied: tuple[float, ...]
    group: str

    @property
    def only_reference(self) -> bool:
        """Whether no other dose than the reference was studied: trials say nothing of a shape."""
        return self.studied == (self.reference,)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DoseNetwork:
    """Studies as observed, with what each of their treatments is a dose of. `agents` in order of
    name; doses are in `unit`."""

    observed: ObservedNetwork
    arms: Mapping[str, Dosed]
    agents: tuple[Agent, ...]
    unit: str

    def agent(self, name: str) -> Agent:
        for agent in self.agents:
            if agent.name == name:
                return agent
        known = ", ".join(agent.name for agent in self.agents)
        raise NetworkError(f"No trial of this network gave {name!r}; it has: {known}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseScale:
    """How doses are read. `references` by agent (default: the largest studied dose) are where
    effects are coefficients and what ED50s are relative to; `classes` by agent group agents that
    may share a shape."""

    unit: str = "mg"
    references: Mapping[str, float] | None = None
    classes: Mapping[str, str] | None = None


def observe_doses(
    studies: Iterable[ObservedStudy | LeftOut],
    arms: Iterable[Dosed],
    *,
    scale: DoseScale | None = None,
    link: Link | None = None,
) -> DoseNetwork:
    """Return the network of studies whose treatments are named by the labels of `arms`.

    The reference is placebo where a study has it. Raises what `observe` raises, and NetworkError
    for a treatment that is no label, or when no arm has a dose above zero.
    """
    scale = scale or DoseScale()
    studies = tuple(studies)
    by_label = {arm.label: arm for arm in arms}
    used = {t for s in studies if not isinstance(s, LeftOut) for t in s.treatments}
    unknown = sorted(used - by_label.keys())
    if unknown:
        raise NetworkError(f"No dose is stated for: {', '.join(unknown)}.")
    reference = PLACEBO if PLACEBO in used else None
    observed = observe(studies, reference=reference, link=link)
    doses: dict[str, set[float]] = {}
    for label in observed.treatments:
        arm = by_label[label]
        above = {dose for dose, _ in arm.shares if dose > 0}
        if above:
            doses.setdefault(arm.agent, set()).update(above)
    if not doses:
        raise NetworkError("No arm has a dose above zero.")
    references, classes = scale.references or {}, scale.classes or {}
    return DoseNetwork(
        observed=observed,
        arms={label: by_label[label] for label in observed.treatments},
        agents=tuple(
            Agent(
                name=name,
                reference=float(references.get(name, max(studied))),
                studied=tuple(sorted(studied)),
                group=classes.get(name, name),
            )
            for name, studied in sorted(doses.items())
        ),
        unit=scale.unit,
    )
