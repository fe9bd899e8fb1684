"""Networks of rare events from the counts themselves: no cell is corrected."""

from dataclasses import dataclass, replace

from assuage.errors import NetworkError
from assuage.nma.effects import RelativeEffects, Result
from assuage.nma.ranks import Ranks, ranks_of
from assuage.nma.tables import Answer, Table, p_value
from assuage.report.plots.ink import Figure
from assuage.synthesis.classical.hypergeometric import HypergeometricFit
from assuage.synthesis.classical.mantel_haenszel import MantelHaenszelFit


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CountNetwork(Answer):
    """Common odds ratios by Mantel-Haenszel or by the non-central hypergeometric likelihood.

    `fit` has the numbers; treatments that the counts say nothing of are not in it.
    """

    result: Result
    fit: MantelHaenszelFit | HypergeometricFit

    def relative_effects(
        self, *, against: str | None = None, level: float = 0.95
    ) -> RelativeEffects:
        """Return all effects, shown against the reference or another treatment, best first.

        NetworkError for a treatment that the counts say nothing of.
        """
        if against is not None and against not in self.fit.effects.treatments:
            known = ", ".join(self.fit.effects.treatments)
            raise NetworkError(f"There is no effect of {against!r} here; there is of: {known}.")
        return RelativeEffects(
            result=replace(self.result, interval=f"{level:.0%} CI"),
            pairs=self.fit.effects.relative_effects(level),
            versus=against or self.fit.effects.reference,
        )

    def ranks(self, *, important_difference: float = 0.0) -> Ranks:
        """Return P-scores and the probability of each rank."""
        return ranks_of(self.result, self.fit.effects, important_difference)

    def table(self) -> Table:
        """Return the effects against the reference, and what was left out."""
        table = self.relative_effects().table()
        return replace(table, notes=(*table.notes, *self._notes()))

    def plot(self) -> Figure:
        """Draw a forest plot against the reference."""
        return self.relative_effects().plot()

    def _notes(self) -> tuple[str, ...]:
        out = tuple(f"{own.study}: {own.reason}" for own in self.fit.left_out)
        left = (f"Left out: {'; '.join(out)}.",) if out else ()
        if isinstance(self.fit, HypergeometricFit):
            return left
        test = self.fit.inconsistency
        return (f"Designs agree: Q {test.q:.2f}, df {test.df}, p {p_value(test.p)}.", *left)
