"""Read the wishes in a patient file: weights edited by hand, and judgements of swings."""

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patient_file import PreferencesEntry
from assuage.knowledge.preferences import load_preferences
from assuage.knowledge.reading import Located, Problems, nearest
from assuage.options.preference import Elicitation


def read_weights(entry: PreferencesEntry, located: Located, problems: Problems) -> dict[str, float]:
    """Return weights by outcome, those of unknown outcomes being problems."""
    outcomes = load_catalogues().outcomes
    for name in entry.weights:
        if name not in outcomes:
            problems.add(
                located.where(("preferences", "weights", name)),
                found=f"a weight of {name}",
                expected="an outcome that assuage knows" + nearest(name, outcomes),
                do="Correct the name, or remove it.",
            )
    return dict(entry.weights)


def read_judgements(
    entry: PreferencesEntry, located: Located, problems: Problems
) -> dict[str, float]:
    """Return points by judgement: of a question, or of a criterion; words become their points."""
    if not entry.judgements:
        return {}
    elicitation = load_preferences()
    words = {answer.id: answer.points for answer in elicitation.answers}
    asked = [question.id for question in elicitation.questions]
    asked += [question.id for question in elicitation.optional]
    points: dict[str, float] = {}
    for name, answer in entry.judgements.items():
        where = located.where(("preferences", "judgements", name))
        if name not in asked:
            problems.add(
                where,
                found=f"a judgement of {name}",
                expected=_instead(name, asked, elicitation),
                do="Correct the name, or give it a weight under weights.",
            )
        elif isinstance(answer, str) and answer not in words:
            problems.add(
                where,
                found=f"{answer!r} for {name}",
                expected=f"{', '.join(words)}, or points from 0 to 1000" + nearest(answer, words),
                do="Correct it, or leave the judgement out.",
            )
        else:
            points[name] = words[answer] if isinstance(answer, str) else answer
    return points


def _instead(name: str, asked: list[str], elicitation: Elicitation) -> str:
    for question in elicitation.questions:
        if name in question.outcomes:
            return f"{question.id}, which {name} is judged together with"
    return "one of " + ", ".join(asked) + nearest(name, asked)
