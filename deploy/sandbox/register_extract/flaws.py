"""Lines that are no contact: malformed ones, and earlier reports of contacts that were reported again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from deploy.sandbox.register_extract.contacts import HEADER, Ids
from deploy.sandbox.register_extract.surveys import first_day_after
from deploy.sandbox.register_extract.units import check_digit

_COLUMN = {name: place for place, name in enumerate(HEADER.split(";"))}
ID, CPR, UNIT = _COLUMN["dw_ek_kontakt"], _COLUMN["pnr"], _COLUMN["kont_ans"]
START, END = _COLUMN["kont_starttidspunkt"], _COLUMN["kont_sluttidspunkt"]
TYPE, PRIORITY, DIAGNOSIS = _COLUMN["kont_type"], _COLUMN["prioritet"], _COLUMN["adiag"]
REPORTED, CLOSED, SYSTEM = (
    _COLUMN["kont_indb_tidspunkt"],
    _COLUMN["flag_kont_afsluttet"],
    _COLUMN["lprindberetningssystem"],
)
SUPERSEDED_SHARE = 0.01
"""Of all lines."""

NOBODYS_UNIT = "9999999100001600" + check_digit("9999999100001600")

Columns = list[str]
Spoil = Callable[[Columns, int], object]


def _set(column: int, *values: str) -> Spoil:
    """Puts one of the values there, in turn."""

    def spoil(columns: Columns, turn: int) -> None:
        columns[column] = values[turn % len(values)]

    return spoil


def _break_fields(columns: Columns, turn: int) -> None:
    if turn % 2:
        columns.append("for meget")
    else:
        del columns[-3:]


def _malform_time(columns: Columns, turn: int) -> None:
    columns[END if turn % 2 else START] = ("2026-13-01 10:00:00", "i går", "31-10-2026 10:00", "2026-10-32 00:00:00")[
        turn % 4
    ]


def _end_before_start(columns: Columns, turn: int) -> None:
    start = datetime.fromisoformat(columns[START])
    columns[END] = str(start - timedelta(seconds=1 + 9999 * (turn % 3)))


def _malform_code(columns: Columns, turn: int) -> None:
    column, value = ((TYPE, "?"), (PRIORITY, "haster"), (DIAGNOSIS, "ondt i maven"))[turn % 3]
    columns[column] = value


FLAWS: Mapping[str, tuple[int, Spoil]] = {
    "wrong_number_of_fields": (31, _break_fields),
    "not_decodable": (7, _set(SYSTEM, "Pr\udcf8vejournal", "\udcff\udcfe")),
    "contact_id_malformed": (23, _set(ID, "12345678901234567", "123456789012345678901", "", "0F8FAD5B-D9CB-469F-A165")),
    "cpr_malformed": (29, _set(CPR, "251248999", "25124899961", "", "ABCDEFGHIJ", "251248 9O")),
    "time_malformed": (19, _malform_time),
    "end_before_start": (37, _end_before_start),
    "unit_unknown": (41, _set(UNIT, NOBODYS_UNIT, "123", "")),
    "code_malformed": (17, _malform_code),
}
"""In the order in which a reader asks; how many in a delivery for 5,000 patients, and how they are made.

Lone surrogates stand for single bytes that are not UTF-8.
"""
FOR_PATIENTS = 5000


def how_many(patients: int, turn: int) -> dict[str, int]:
    """Rejected lines by reason in the delivery of this turn (0, 1, …): no two deliveries have the same numbers."""
    return {reason: max(1, round(number * patients / FOR_PATIENTS)) + turn for reason, (number, _) in FLAWS.items()}


def rejected(rng: Random, ids: Ids, lines: Sequence[str], numbers: Mapping[str, int]) -> list[str]:
    """Copies of lines under ids of their own, each with its flaw; every fifth has a later reason's flaw as well."""
    spoilt = []
    reasons = list(numbers)
    for place, reason in enumerate(reasons):
        for turn in range(numbers[reason]):
            columns = _closed(rng, lines)
            columns[ID] = ids.contact()
            for flaw in [reason, *([] if turn % 5 else reasons[place + 1 :][:1])][::-1]:
                FLAWS[flaw][1](columns, turn)
            spoilt.append(";".join(columns))
    return spoilt


def with_earlier_reports(rng: Random, lines: list[str], number: int) -> list[str]:
    """The lines, and earlier reports of so many of them: of the same moment and then on the line before, or older."""
    chosen = rng.sample(range(len(lines)), number)
    older = []
    for turn, place in enumerate(chosen):
        columns = lines[place].split(";")
        _change_earlier(columns, turn)
        if turn % 4:
            columns[REPORTED] = str(datetime.fromisoformat(columns[REPORTED]) - timedelta(minutes=5))
            older.append(";".join(columns))
        else:
            lines[place] = ";".join(columns) + "\n" + lines[place]
    return lines + older


def corrections(rng: Random, lines: Sequence[str], month: str, number: int) -> list[Columns]:
    """So many of a month's contacts as the next delivery reports them once more, under the same ids."""
    corrected = []
    for line in rng.sample(lines, min(number * 2, len(lines))):
        columns = line.split(";")
        if (columns[END] or columns[START]).startswith(month):
            columns[REPORTED] = f"{first_day_after(month).replace(day=20)} 08:00:00"
            corrected.append(columns)
    return corrected[:number]


def _change_earlier(columns: Columns, turn: int) -> None:
    """What the earlier report said otherwise."""
    if turn % 3 == 0:
        columns[END], columns[CLOSED] = "", "0"
    elif turn % 3 == 1:
        columns[DIAGNOSIS] = "DZ000"
    else:
        columns[TYPE] = "ALCA03"


def _closed(rng: Random, lines: Sequence[str]) -> Columns:
    """The columns of a contact that has ended."""
    while True:
        columns = rng.choice(lines).split(";")
        if columns[END]:
            return columns
