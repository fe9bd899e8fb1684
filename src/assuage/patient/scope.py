"""Whom assuage must not advise on."""

from assuage.errors import OutOfScope

YOUNGEST = 18


def refuse_if_out_of_scope(*, age: int, pain: str | None, refusal: str) -> None:
    """Raise OutOfScope, with the reason as its first line, for a patient outside the intended use.

    `pain` is the pain condition as recorded, None when none is; `refusal` is the sentence that the
    pain condition carries when the evidence does not apply to it.
    """
    if age < YOUNGEST:
        raise OutOfScope(
            f"Out of scope: the patient is {age}. assuage advises on adults of {YOUNGEST} or more."
        )
    if pain is None:
        raise OutOfScope(
            "Out of scope: no neuropathic pain is recorded. "
            "assuage advises on neuropathic pain only; record it as pain: condition."
        )
    if refusal:
        raise OutOfScope(f"Out of scope: {refusal}")
