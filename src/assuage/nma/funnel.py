"""The comparison-adjusted funnel: trials of all comparisons in one, each less its comparison."""

from dataclasses import dataclass

from assuage.errors import NetworkError
from assuage.nma.drawing import versus
from assuage.nma.effects import Result
from assuage.nma.tables import Answer, Cell, Column, Table, decimals, p_value
from assuage.report.plots.funnel import funnel_spec
from assuage.report.plots.ink import Figure
from assuage.synthesis.classical.funnel import AsymmetryMethod, FunnelRow, asymmetry_test

_METHODS: tuple[AsymmetryMethod, ...] = ("Egger", "Thompson-Sharp", "Begg-Mazumdar")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Funnel(Answer):
    """Each comparison of each trial, centred on the direct estimate of that comparison."""

    result: Result
    rows: tuple[FunnelRow, ...]

    def table(self) -> Table:
        """Return the rows, on the analysis scale."""
        return Table(
            title="Comparison-adjusted funnel",
            columns=(
                Column(key="study", title="Study", align="left"),
                Column(key="comparison", title="Comparison", align="left"),
                Column(key="centred", title="Centred effect", show=decimals(3)),
                Column(key="se", title="Standard error", show=decimals(3)),
            ),
            rows=tuple(
                {
                    "study": row.study,
                    "comparison": versus(row.treatment1, row.treatment2),
                    "centred": row.centred,
                    "se": row.se,
                }
                for row in self.rows
            ),
        )

    def tests(self) -> Table:
        """Return the tests of asymmetry: do small trials say something else?

        A test that needs more trials than there are has no numbers.
        """
        return Table(
            title="Tests of funnel asymmetry",
            columns=(
                Column(key="test", title="Test", align="left"),
                Column(key="contrasts", title="Contrasts"),
                Column(key="bias", title="Bias", show=decimals(3)),
                Column(key="se", title="SE", show=decimals(3)),
                Column(key="statistic", title="t or z", show=decimals(2)),
                Column(key="df", title="df"),
                Column(key="p", title="p", show=p_value),
            ),
            rows=tuple(self._test(method) for method in _METHODS),
            notes=("Contrasts of one multi-arm trial count as if they were independent.",),
        )

    def _test(self, method: AsymmetryMethod) -> dict[str, Cell]:
        keys = ("contrasts", "bias", "se", "statistic", "df", "p")
        try:
            found = asymmetry_test(self.rows, method)
        except NetworkError:
            return {"test": method, **dict.fromkeys(keys)}
        return {"test": method, **{key: getattr(found, key) for key in keys}}

    def plot(self) -> Figure:
        """Draw the funnel, with lines that hold 95% of trials where only chance acts."""
        return Figure(vega=funnel_spec(self.rows, measure=self.result.measure))
