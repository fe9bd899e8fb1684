"""Fill the templates: every value is escaped, a missing one is an error, nothing is loaded."""

from functools import cache
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined

from assuage.report import numbers, wording
from assuage.units import plain


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("assuage.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        plain=plain,
        percent=numbers.percent,
        bare=wording.bare,
        day=wording.day,
        one_line=wording.one_line,
        capitalised=wording.capitalised,
        web=wording.web,
        slug=wording.slug,
    )
    cast("dict[str, Any]", environment.globals).update(
        difference=numbers.difference,
        level=numbers.level,
        signed=numbers.signed,
        signed_bounds=numbers.signed_bounds,
        NO_DATA=wording.NO_DATA,
        FROM=wording.FROM,
        NOT_A_DEVICE=wording.NOT_A_DEVICE,
        RATED_BY_RULE=wording.RATED_BY_RULE,
        VERDICTS=wording.VERDICTS,
        effect_word=wording.effect_word,
        certainty_word=wording.certainty_word,
        listed=wording.listed,
    )
    return environment


def fill(template: str, **values: Any) -> str:
    """Return a whole page, self-contained: style inside, no script, nothing fetched."""
    return _environment().get_template(template).render(**values)
