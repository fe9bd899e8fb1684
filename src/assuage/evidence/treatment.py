"""What the arms of the trials were given, and how treatments group into classes."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentClass:
    """A pharmacological class. Classes that are no drug class (placebo) say so by `is_drug`.

    `exchangeable`: its members work alike, so that what is known of one says something of another.
    """

    id: str
    label: str
    is_drug: bool
    exchangeable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A treatment as a trial names it.

    `components` are the drugs of a combination, else empty. `not_in_network` says why a
    treatment cannot stand in a network (a sequence of drugs, a pool of doses of several drugs);
    empty when it can.
    """

    id: str
    label: str
    drug_class: str
    is_candidate: bool = False
    components: tuple[str, ...] = ()
    not_in_network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentCatalogue:
    """All treatments and classes by id; `reference` is the one others are compared with."""

    reference: str
    classes: Mapping[str, TreatmentClass]
    treatments: Mapping[str, Treatment]

    @property
    def candidates(self) -> tuple[Treatment, ...]:
        """The drugs a consultation may offer, in the order of the catalogue."""
        return tuple(t for t in self.treatments.values() if t.is_candidate)

    @property
    def exchangeable(self) -> Mapping[str, str]:
        """The class of each single drug whose class has members that work alike."""
        return {
            t.id: t.drug_class
            for t in self.treatments.values()
            if self.classes[t.drug_class].exchangeable and not t.components
        }

    def class_of(self, treatment: str) -> TreatmentClass:
        """Return the class of a treatment. KeyError when the treatment is unknown."""
        return self.classes[self.treatments[treatment].drug_class]
