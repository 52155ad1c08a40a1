"""Why an operator leaves something as it is: kept for all to read, so it is short and names nobody."""

from services.console.domain.problem import Problem
from shared.privacy import may_hold_cpr

LONGEST_REASON = 200
"""Characters of why something is left as it is."""


def checked_reason(because: str) -> str:
    """The reason as it is kept. Raises Problem, which never repeats it."""
    if may_hold_cpr(because):
        raise Problem(
            422,
            "why they are left holds what may be a CPR number, and it is kept for all to read",
            expected="a reason without any person's number",
            what_to_do="say it so",
        )
    if because.strip() and len(because) <= LONGEST_REASON:
        return because.strip()
    raise Problem(
        422,
        "why they are left is missing, or too long",
        expected=f"a sentence of at most {LONGEST_REASON} characters",
        what_to_do="say in a few words why nobody needs to see to them",
    )
