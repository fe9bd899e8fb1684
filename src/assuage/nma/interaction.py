"""Is the whole network consistent: design-by-treatment interaction, fixed and random."""

from dataclasses import dataclass

from assuage.nma.drawing import forest, row_of, versus
from assuage.nma.effects import Result
from assuage.nma.tables import Answer, Column, Table, decimals, p_value
from assuage.report.plots.ink import Figure
from assuage.synthesis.classical.interaction import DesignInteraction
from assuage.synthesis.classical.random_inconsistency import RandomInconsistency


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Interaction(Answer):
    """`model` is the full design-by-treatment interaction model: each design whose effects could
    differ has parameters of its own, and `model.wald` tests that all are zero."""

    result: Result
    model: DesignInteraction

    def table(self) -> Table:
        """Return the inconsistency parameters (analysis scale), with the test of all of them."""
        test = self.model.wald
        return Table(
            title="Design-by-treatment interaction",
            columns=(
                Column(key="design", title="Design", align="left"),
                Column(key="comparison", title="Its effect of", align="left"),
                Column(key="trials", title="Trials"),
                Column(key="estimate", title="Exceeds by", show=decimals(3)),
                Column(key="se", title="SE", show=decimals(3)),
                Column(key="p", title="p", show=p_value),
            ),
            rows=tuple(
                {
                    "design": " : ".join(p.design),
                    "comparison": versus(p.treatment2, p.treatment1),
                    "trials": p.studies,
                    "estimate": p.estimate,
                    "se": p.se,
                    "p": p.p,
                }
                for p in self.model.parameters
            ),
            notes=(
                f"All zero: chi-squared {test.q:.2f}, df {test.df}, p {p_value(test.p)}.",
                f"τ within designs {self.model.tau2**0.5:.3f}; analysis scale (log for ratios).",
            ),
        )

    def plot(self) -> Figure:
        """Draw by how much each design's effect exceeds the consistent one."""
        rows = [
            row_of(
                f"{versus(p.treatment2, p.treatment1)} in {' : '.join(p.design)}",
                p.estimate,
                p.se,
                note=str(p.studies),
            )
            for p in self.model.parameters
        ]
        title = "By how much designs exceed the consistent effects"
        return forest(rows, self.result.measure, title, note="Trials")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class InconsistencyVariance(Answer):
    """`model` has heterogeneity within designs (tau²) and inconsistency between them (omega²)."""

    result: Result
    model: RandomInconsistency

    def table(self) -> Table:
        """Return both SDs, and the effects averaged over designs (analysis scale)."""
        own = self.model
        spread = (("τ, within designs", own.tau2**0.5), ("ω, between designs", own.omega2**0.5))
        return Table(
            title="Inconsistency as a variance (REML)",
            columns=(
                Column(key="quantity", title="Quantity", align="left"),
                Column(key="estimate", title="Estimate", show=decimals(3)),
                Column(key="se", title="SE", show=decimals(3)),
            ),
            rows=(
                *({"quantity": name, "estimate": value, "se": None} for name, value in spread),
                *(
                    {"quantity": versus(t, own.reference), "estimate": estimate, "se": se}
                    for t, estimate, se in self._effects()
                ),
            ),
            notes=("Analysis scale (log for ratios).",),
        )

    def plot(self) -> Figure:
        """Draw the effects averaged over designs."""
        rows = [row_of(t, estimate, se) for t, estimate, se in self._effects()]
        title = f"Effects against {self.model.reference}, allowing for inconsistency"
        return forest(rows, self.result.measure, title)

    def _effects(self) -> list[tuple[str, float, float]]:
        own = self.model
        place = {name: i for i, name in enumerate(own.treatments)}
        return [
            (t, float(own.estimates[place[t]]), float(own.covariance[place[t], place[t]]) ** 0.5)
            for t in self.result.order
            if t != own.reference
        ]
