"""What people can testify: of every letter that it came, and of every invitation what they did and were told."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from sqlite3 import Connection
from typing import Any

from deploy.sandbox.patients.diary import LETTERS, VISITS

ENDED = {"thanks": "complete", "declined": "declined", "opted-out": "opted_out"}
"""Pages that say that an invitation ended by what was done there. None of them is shown to whoever came too late."""
SAVED = ("group", "review", "paused")
"""Where a visit that saved something may end."""


def lines(diary: Connection) -> Iterator[dict[str, Any]]:
    """One for each letter, in the order they came; the lines of invitations tell of the visits."""
    visits = [_visit(*row) for row in diary.execute(VISITS)]
    made = {key: list(group) for key, group in groupby(visits, key=lambda visit: visit.pop("invitation"))}
    for uuid, cpr, arrives, invitation, number, habit in diary.execute(LETTERS):
        letter = {"message": uuid, "cpr": cpr, "arrived_at": arrives}
        if number:
            yield letter | {"kind": "reminder", "number": number, "invitation": invitation}
        else:
            yield letter | {"kind": "invitation", "habit": habit} | _outcome(made.get(uuid, []))


def _visit(
    invitation: str,
    number: int,
    deed: str,
    letter: str,
    due: str,
    made_at: str | None,
    saw: str | None,
    pages: int | None,
) -> dict[str, Any]:
    return {
        "invitation": invitation,
        "deed": deed,
        "letter": letter,
        "due": due,
        "made_at": made_at,
        "saw": saw,
        "pages": pages or 0,
    }


def _outcome(visits: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What is to be expected once the invitation has closed, and when the page confirmed it."""
    ending = next((visit for visit in visits if visit["saw"] in ENDED), None)
    saving = next((visit for visit in visits if visit["deed"] == "save_some" and visit["saw"] in SAVED), None)
    expected, by = (ENDED[ending["saw"]], ending) if ending else ("partial", saving) if saving else ("none", None)
    return {
        "expected": expected,
        "confirmed_at": by["made_at"] if by else None,
        "pages": sum(visit["pages"] for visit in visits),
        "visits": visits,
    }
