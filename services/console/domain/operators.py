"""The names of operators: who asked, as the trail says it, and what an account may be called."""

import re

from services.console.domain.problem import Problem
from shared.privacy import may_hold_cpr

LONGEST = 60
_ACCOUNT = re.compile(r"[a-z][a-z0-9._-]{0,39}", re.ASCII)


def asker(typed: str) -> str:
    """Whoever asks, without the space around. Raises Problem, which never repeats what was typed."""
    name = typed.strip()
    if not name.isprintable() or not 1 <= len(name) <= LONGEST:
        raise Problem(
            422,
            "the name of whoever asks cannot stand in the trail",
            expected=f"1 to {LONGEST} letters, digits, signs and spaces on one line, for instance anna",
            what_to_do="set PULS_OPERATOR to such a name; a program sends it in the header Puls-Operator",
        )
    return _of_nobodys_number(name, "set PULS_OPERATOR to another name, for it is kept in the trail")


def account_name(typed: str) -> str:
    """The same name. Raises Problem, which never repeats what was typed."""
    if not _ACCOUNT.fullmatch(typed):
        raise Problem(
            422,
            "no account can be called that",
            expected="1 to 40 small letters from a to z, digits, dots, hyphens and underscores, the first of them a "
            "letter, for instance anna or jorgen.b",
            what_to_do="choose such a name",
        )
    return _of_nobodys_number(typed, "choose another name, for it is kept and shown")


def _of_nobodys_number(name: str, what_to_do: str) -> str:
    if may_hold_cpr(name):
        expected = "a name without any person's number"
        raise Problem(422, "the name holds what may be a CPR number", expected=expected, what_to_do=what_to_do)
    return name
