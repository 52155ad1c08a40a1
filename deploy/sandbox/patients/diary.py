"""What people have in their mailboxes, what they mean to do, and what they did: kept over a restart.

A visit is written down when it is over; one that was cut short is made again.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json import dumps, loads
from pathlib import Path
from typing import Self

from deploy.sandbox.patients.habits import Deed
from deploy.sandbox.patients.mailbox import Envelope

TABLES = """
CREATE TABLE IF NOT EXISTS letters (
    sequence INTEGER PRIMARY KEY, uuid TEXT NOT NULL, cpr TEXT NOT NULL, arrives TEXT NOT NULL,
    invitation TEXT NOT NULL, number INTEGER NOT NULL, habit TEXT);
CREATE INDEX IF NOT EXISTS letters_of_a_person ON letters (cpr, sequence);
CREATE TABLE IF NOT EXISTS visits (
    invitation TEXT NOT NULL, number INTEGER NOT NULL, deed TEXT NOT NULL, letter TEXT NOT NULL, cpr TEXT NOT NULL,
    turn INTEGER NOT NULL, due TEXT NOT NULL, made_at TEXT, saw TEXT, pages INTEGER, kept TEXT,
    PRIMARY KEY (invitation, number)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS visits_to_make ON visits (due) WHERE made_at IS NULL;
"""
LATEST = "SELECT coalesce(max(sequence), 0) FROM letters"
LETTERS_OF = "SELECT invitation, number FROM letters WHERE cpr = ? ORDER BY sequence"
ADD_LETTER = """
INSERT INTO letters (sequence, uuid, cpr, arrives, invitation, number, habit) VALUES (?, ?, ?, ?, ?, ?, ?)"""
ADD_VISIT = "INSERT INTO visits (invitation, number, deed, letter, cpr, turn, due) VALUES (?, ?, ?, ?, ?, ?, ?)"
NEXT_DUE = "SELECT min(due) FROM visits WHERE made_at IS NULL"
TO_MAKE = """
SELECT invitation, number, deed, letter, cpr, turn, (
    SELECT kept FROM visits AS before
    WHERE before.invitation = visits.invitation AND before.number = visits.number - 1)
FROM visits WHERE made_at IS NULL AND due <= ? AND NOT EXISTS (
    SELECT 1 FROM visits AS before
    WHERE before.invitation = visits.invitation AND before.number < visits.number AND before.made_at IS NULL)
ORDER BY due, invitation LIMIT ?"""
MAKE = "UPDATE visits SET made_at = ?, saw = ?, pages = ?, kept = ? WHERE invitation = ? AND number = ?"
LETTERS = "SELECT uuid, cpr, arrives, invitation, number, habit FROM letters ORDER BY sequence"
VISITS = """
SELECT invitation, number, deed, letter, due, made_at, saw, pages FROM visits ORDER BY invitation, number"""


@dataclass(frozen=True)
class Noted:
    """A letter as its recipient understands it."""

    envelope: Envelope
    invitation: str
    """The message that invited them: this one, or the one it reminds of."""
    number: int
    """0: the invitation, 1: the first reminder, …"""
    turn: int
    """Which of the person's invitations it is about, counted from 0."""
    habit: str | None = None


@dataclass(frozen=True)
class Visit:
    """One that is to be made."""

    invitation: str
    number: int
    deed: Deed
    letter: str
    cpr: str = field(repr=False)
    turn: int
    kept: Mapping[str, str] | None
    """What the visit before left standing."""


@dataclass(frozen=True)
class Made:
    """How a visit went."""

    at: datetime
    saw: str
    """The page on which it ended."""
    pages: int
    kept: Mapping[str, str] | None = None


class Diary:
    """One connection. What belongs together is written between `with diary:` and its end."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.database = sqlite3.connect(folder / "patients.sqlite", isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = OFF")
        self.database.executescript(TABLES)

    def __enter__(self) -> Self:
        self.database.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.database.execute("ROLLBACK" if kind else "COMMIT")

    def close(self) -> None:
        self.database.close()

    def latest(self) -> int:
        """The sequence of the last letter that was noted; 0 at the beginning."""
        return self.database.execute(LATEST).fetchone()[0]

    def understood(self, envelope: Envelope) -> Noted:
        """The letter among those its recipient had before. A reminder is about the latest invitation."""
        before = self.database.execute(LETTERS_OF, (envelope.cpr,)).fetchall()
        invitations = [invitation for invitation, number in before if number == 0]
        if not envelope.is_reminder or not invitations:
            return Noted(envelope, envelope.uuid, int(envelope.is_reminder), len(invitations))
        reminders = sum(invitation == invitations[-1] for invitation, _ in before)
        return Noted(envelope, invitations[-1], reminders, len(invitations) - 1)

    def note(self, noted: Noted, visits: Iterable[tuple[Deed, datetime]]) -> None:
        """The letter, and the visits that it brings about."""
        letter = noted.envelope
        kept = (letter.sequence, letter.uuid, letter.cpr, _written(letter.arrives))
        self.database.execute(ADD_LETTER, (*kept, noted.invitation, noted.number, noted.habit))
        self.database.executemany(
            ADD_VISIT,
            [
                (noted.invitation, number, deed, letter.uuid, letter.cpr, noted.turn, _written(due))
                for number, (deed, due) in enumerate(visits)
            ],
        )

    def next_due(self) -> datetime | None:
        (due,) = self.database.execute(NEXT_DUE).fetchone()
        return datetime.fromisoformat(due) if due else None

    def to_make(self, now: datetime, at_most: int) -> Sequence[Visit]:
        """Visits that are due, of each invitation the next one only."""
        rows = self.database.execute(TO_MAKE, (_written(now), at_most)).fetchall()
        return [Visit(*row[:-1], kept=loads(row[-1]) if row[-1] else None) for row in rows]

    def made(self, visit: Visit, made: Made) -> None:
        kept = dumps(made.kept) if made.kept else None
        row = (_written(made.at), made.saw, made.pages, kept, visit.invitation, visit.number)
        self.database.execute(MAKE, row)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
