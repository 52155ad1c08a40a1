"""A selection written as plainly as possible, to judge the generator by: one contact at a time, nothing clever."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

Row = Mapping[str, str]
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
CONTACT_ID = re.compile(r"\d{18,20}|[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
CPR = re.compile(r"\d{6}-?(\d{4}|\d[A-Z]{2}\d)")
TYPES = {"ALCA00", "ALCA03", "ALCA10", "diagnoseindberetning", "død"}


@dataclass(frozen=True)
class Wave:
    """What is asked about."""

    survey: str
    month: str
    starts: date
    specialties: tuple[str, ...]
    contacts_in_course: int
    at_most_per_unit: int | None


def read(path: Path, units: Iterable[str]) -> tuple[list[Row], Counter[str], int]:
    """Contacts, rejected lines by reason, and the number superseded."""
    header, *lines = path.read_bytes().split(b"\n")[:-1]
    names = header.decode().split(";")
    known, rejected, latest, superseded = set(units), Counter[str](), {}, 0
    for line in lines:
        row = dict(zip(names, line.decode("utf-8", "replace").split(";"), strict=False))
        if reason := _flaw(line, row, names, known):
            rejected[reason] += 1
            continue
        rival = latest.get(row["dw_ek_kontakt"])
        superseded += rival is not None
        if rival is None or rival["kont_indb_tidspunkt"] <= row["kont_indb_tidspunkt"]:
            latest[row["dw_ek_kontakt"]] = row
    return list(latest.values()), rejected, superseded


def _flaw(line: bytes, row: Row, names: list[str], units: set[str]) -> str | None:
    if line.count(b";") != len(names) - 1:
        return "wrong_number_of_fields"
    if "\ufffd" in line.decode("utf-8", "replace"):
        return "not_decodable"
    return _malformed(row) or _unusable(row, units)


def _malformed(row: Row) -> str | None:
    if not CONTACT_ID.fullmatch(row["dw_ek_kontakt"]):
        return "contact_id_malformed"
    if not CPR.fullmatch(row["pnr"]):
        return "cpr_malformed"
    if not _moment(row["kont_starttidspunkt"]) or (
        row["kont_sluttidspunkt"] and not _moment(row["kont_sluttidspunkt"])
    ):
        return "time_malformed"
    return None


def _unusable(row: Row, units: set[str]) -> str | None:
    if row["kont_sluttidspunkt"] and row["kont_sluttidspunkt"] < row["kont_starttidspunkt"]:
        return "end_before_start"
    if row["kont_ans"] not in units:
        return "unit_unknown"
    if row["kont_type"] not in TYPES or not re.fullmatch(r"ATA\d", row["prioritet"]) or row["adiag"][:1] != "D":
        return "code_malformed"
    return None


def _moment(text: str) -> bool:
    try:
        return bool(MOMENT.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False


def judge(wave: Wave, contacts: list[Row], taking_part: set[tuple[str, str]]) -> dict[str, Counter[str]]:
    """How many contacts of each unit end in which term."""
    terms, eligible = sort(wave, contacts, taking_part)
    _draw(wave, eligible, terms)
    return terms


def sort(
    wave: Wave, contacts: list[Row], taking_part: set[tuple[str, str]]
) -> tuple[dict[str, Counter[str]], dict[str, list[str]]]:
    """Of each unit the contacts that are not eligible, by reason; of each person the units of those that are."""
    stays, courses = _stays(contacts), _courses(contacts)
    terms: dict[str, Counter[str]] = defaultdict(Counter)
    eligible: dict[str, list[str]] = defaultdict(list)
    for row in contacts:
        if reason := _reason(wave, row, _inpatient(row, stays), courses, taking_part):
            terms[row["kont_ans"]][reason] += 1
        else:
            eligible[row["pnr"].replace("-", "")].append(row["kont_ans"])
    return terms, eligible


def _draw(wave: Wave, eligible: Mapping[str, list[str]], terms: dict[str, Counter[str]]) -> None:
    persons = Counter[str]()
    for units in eligible.values():
        assert len(set(units)) == 1, "a person's eligible contacts lie in one unit"
        terms[units[0]]["another_contact"] += len(units) - 1
        persons[units[0]] += 1
    for unit, number in persons.items():
        drawn = min(number, wave.at_most_per_unit or number)
        terms[unit]["included"] += drawn
        terms[unit]["not_sampled"] += number - drawn


def _stays(contacts: list[Row]) -> dict[str, tuple[str, str]]:
    stays: dict[str, tuple[str, str]] = {}
    for row in contacts:
        stay = row["dw_sk_sygehusophold"]
        if stay:
            start, end = stays.get(stay, ("9999", ""))
            stays[stay] = min(start, row["kont_starttidspunkt"]), max(end, row["kont_sluttidspunkt"])
    return stays


def _courses(contacts: list[Row]) -> Counter[str]:
    return Counter(row["dw_ek_forloeb"] for row in contacts if row["kont_type"] == "ALCA00")


def _inpatient(row: Row, stays: Mapping[str, tuple[str, str]]) -> bool:
    start, end = stays.get(row["dw_sk_sygehusophold"], (row["kont_starttidspunkt"], row["kont_sluttidspunkt"]))
    if not end:
        return False
    length = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return length.total_seconds() >= 12 * 3600 or start[:10] != end[:10]


def _reason(
    wave: Wave, row: Row, inpatient: bool, courses: Counter[str], taking_part: set[tuple[str, str]]
) -> str | None:
    closed = row["kont_sluttidspunkt"] != ""
    psychiatric = wave.contacts_in_course > 1
    reasons = {
        "other_survey_or_period": not row["kont_ans_hovedspec"].startswith(wave.specialties)
        or not (row["kont_sluttidspunkt"] or row["kont_starttidspunkt"]).startswith(wave.month)
        or (closed and not psychiatric and not inpatient and row["prioritet"].startswith("ATA1")),
        "unit_not_taking_part": (wave.survey, row["kont_ans"]) not in taking_part,
        "not_a_visit": row["kont_type"] != "ALCA00",
        "contact_open": not closed,
        "dead": row["borger_doedsdato"] != "",
        "replacement_cpr": not row["pnr"].replace("-", "").isdigit() or int(row["pnr"][:2]) > 31,
        "under_age": _age(date.fromisoformat(row["borger_foedselsdato"]), wave.starts) < 15,
        "too_few_contacts_in_course": not inpatient and courses[row["dw_ek_forloeb"]] < wave.contacts_in_course,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
