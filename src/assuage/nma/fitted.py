"""What every fitted network holds, and how its answers say where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assuage.errors import NetworkError
from assuage.knowledge.reading import nearest
from assuage.nma.effects import Result
from assuage.nma.inference import Inference
from assuage.nma.model import Model
from assuage.nma.reported import ReportedNetwork


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedNetwork:
    """A network under a model, with what the engine says of it."""

    account: ReportedNetwork
    model: Model
    inference: Inference

    def choices(self) -> dict[str, str]:
        """Return every choice the caller left open, and what was chosen."""
        made = {
            "measure": self.account.measure,
            "reference": self.account.reference,
            "small_values": self.account.small_values,
        }
        left = {what: made[what] for what in self.account.chosen_for_you}
        return {**left, **self.inference.choices}

    def _result(self, level: float = 0.95) -> Result:
        return Result(
            name=self.account.name,
            measure=self.account.measure,
            reference=self.account.reference,
            order=self._best_first(),
            small_values=self.account.small_values,
            interval=f"{level:.0%} {self.inference.interval_name}",
            score_name=self.inference.score_name,
            model=self.inference.statement,
            choices="; ".join(
                f"{what} {'as above' if what == 'priors' else made}"
                for what, made in self.choices().items()
            ),
            studies=self.account.studies,
        )

    def _best_first(self) -> tuple[str, ...]:
        scores = self.inference.scores(self.account.small_values)
        return tuple(sorted(self.account.treatments, key=lambda t: (-scores[t], t)))

    def _treatment(self, name: str | None) -> str:
        if name is None:
            return self.account.reference
        if name not in self.account.treatments:
            known = self.account.treatments
            raise NetworkError(
                f"{name!r} is not in the network{nearest(name, known)}; "
                f"choose one of: {', '.join(known)}."
            )
        return name

    def _pair(self, of: str | None, against: str | None) -> tuple[str, str]:
        """The pair asked for: the best treatment against the reference when left open."""
        second = self._treatment(against)
        best = next(t for t in self._best_first() if t != second)
        first = best if of is None else self._treatment(of)
        if first == second:
            raise NetworkError(f"{first} cannot be compared with itself: name two treatments.")
        return first, second

    def _least_squares(self, what: str) -> None:
        if self.model.engine != "gls":
            raise NetworkError(f"{what} belongs to least squares; ask a fit with engine='gls'.")

    def _order(self, order: Sequence[str], needs: str) -> tuple[str, ...]:
        if sorted(order) != sorted(self.account.treatments):
            raise NetworkError(
                f"{needs} each treatment once: {', '.join(sorted(self.account.treatments))}."
            )
        return tuple(order)
