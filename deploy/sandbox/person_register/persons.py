"""The persons file: who the outside world knows, as the person register and the contact register answer it.

A CSV with the header `cpr,register_status,digital_post_status,nem_sms` and optionally `protected` (true or false; false
where the column is missing). Persons may be added while the registers run.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

COLUMNS = ("cpr", "register_status", "digital_post_status", "nem_sms")
REGISTER_STATUSES = frozenset(["01", "03", "05", "07", "20", "30", "50", "60", "70", "80", "90"])
DIGITAL_POST_STATUSES = frozenset(("REGISTERED", "EXEMPT", "CLOSED", "UNKNOWN"))
TRUE_OR_FALSE = {"true": True, "1": True, "false": False, "0": False}


class UnreadablePersons(Exception):
    """The persons file does not hold what it should; the message says which line and what was expected."""


@dataclass(frozen=True, slots=True)
class Person:
    """What the registers know about one CPR number."""

    register_status: str
    digital_post_status: str
    nem_sms: bool
    protected: bool


@dataclass
class Persons:
    """The persons of the file as it is now: it is read again when it has changed, and a missing file knows nobody."""

    path: Path
    _version: tuple[int, int, int] | None = field(default=None, init=False)
    _known: dict[str, Person] = field(default_factory=dict, init=False)

    def of(self, cpr_numbers: Iterable[str]) -> list[tuple[str, Person]]:
        """The known ones among these numbers, each once, in the order asked."""
        known = self.known()
        return [(cpr, known[cpr]) for cpr in dict.fromkeys(cpr_numbers) if cpr in known]

    def known(self) -> dict[str, Person]:
        """Everybody in the file. Raises UnreadablePersons."""
        version = _version(self.path)
        if version != self._version:
            self._known = _read(self.path) if version else {}
            self._version = version
        return self._known


def _version(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _read(path: Path) -> dict[str, Person]:
    """Whole lines only: what is still being written is read next time."""
    whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
    rows = csv.reader(whole.splitlines())
    header = next(rows, list(COLUMNS))
    if tuple(header[:4]) != COLUMNS:
        raise UnreadablePersons(f"{path}:1: the header is {','.join(header)}; expected {','.join(COLUMNS)}")
    seen: dict[Person, Person] = {}
    known: dict[str, Person] = {}
    for number, row in enumerate(rows, start=2):
        person = _person(row, path, number)
        known[row[0]] = seen.setdefault(person, person)
    return known


def _person(row: Sequence[str], path: Path, line: int) -> Person:
    if len(row) < len(COLUMNS):
        raise UnreadablePersons(f"{path}:{line}: {len(row)} columns; expected {','.join(COLUMNS)}")
    _, register_status, digital_post_status, nem_sms, *rest = row
    protected = rest[0] if rest else "false"
    if register_status not in REGISTER_STATUSES:
        raise UnreadablePersons(f"{path}:{line}: register_status; expected one of {sorted(REGISTER_STATUSES)}")
    if digital_post_status not in DIGITAL_POST_STATUSES:
        raise UnreadablePersons(f"{path}:{line}: digital_post_status; expected one of {sorted(DIGITAL_POST_STATUSES)}")
    if nem_sms.lower() not in TRUE_OR_FALSE or protected.lower() not in TRUE_OR_FALSE:
        raise UnreadablePersons(f"{path}:{line}: nem_sms and protected; expected true or false")
    return Person(
        register_status, digital_post_status, TRUE_OR_FALSE[nem_sms.lower()], TRUE_OR_FALSE[protected.lower()]
    )
