"""The synthetic register extract is what it says it is."""

import csv
import hashlib
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy.sandbox.register_extract import deliver, generate
from deploy.sandbox.register_extract.cpr import remainder
from deploy.sandbox.register_extract.surveys import CONTACTS_IN_COURSE, KARENS_DAYS, MINIMUM_AGE, SURVEYS, VISIT, Survey
from deploy.sandbox.register_extract.units import check_digit
from shared import surveys
from tests.sandbox.naive_selection import Row, Wave, judge, read, sort

MONTHS = ["2026-10", "2026-11"]
PATIENTS = 1500
REJECTED = {
    "wrong_number_of_fields",
    "not_decodable",
    "contact_id_malformed",
    "cpr_malformed",
    "time_malformed",
    "end_before_start",
    "unit_unknown",
    "code_malformed",
}
UNDELIVERABLE = {
    "exempt",
    "dead",
    "closed",
    "unknown",
    "emigrated",
    "disappeared",
    "number_changed",
    "annulled",
    "not_resident",
}


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extract")
    generate(folder, seed="1", patients=PATIENTS, months=MONTHS)
    return folder


@pytest.fixture(scope="module")
def answers(extract: Path) -> dict[str, Any]:
    return json.loads((extract / "answers.json").read_text())


@pytest.fixture(scope="module")
def organisations(extract: Path) -> list[Row]:
    with (extract / "sor-2026-11-01.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=";", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def units(organisations: list[Row]) -> set[str]:
    return {each["sor_kode"][2:-1] for each in organisations}


@pytest.fixture(scope="module")
def taking_part(extract: Path) -> set[tuple[str, str]]:
    lines = (extract / "participation-2026-11-01.csv").read_text().splitlines()[1:]
    rows = [line.split(";") for line in lines]
    return {
        (survey, unit) for survey, unit, first, last in rows if first <= MONTHS[0] and (not last or last > "2026-12")
    }


@pytest.mark.parametrize("month", MONTHS)
def test_reading_a_delivery_finds_what_the_answer_sheet_says(
    extract: Path, answers: dict[str, Any], units: set[str], month: str
) -> None:
    contacts, rejected, superseded = read(extract / f"lpr-{month}.csv", units)
    said = answers["deliveries"][f"lpr-{month}"]
    assert (rejected, superseded, len(contacts)) == (said["rejected"], said["superseded"], said["contacts"])


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("survey", SURVEYS, ids=lambda survey: survey.name)
def test_judging_a_wave_finds_what_the_answer_sheet_says(
    extract: Path,
    answers: dict[str, Any],
    units: set[str],
    taking_part: set[tuple[str, str]],
    survey: Survey,
    month: str,
) -> None:
    contacts, _, _ = read(extract / f"lpr-{month}.csv", units)
    found = judge(_wave(survey, month), contacts, taking_part)
    said = answers["units"][survey.wave(month)]
    assert {unit: +terms for unit, terms in found.items()} == {unit: _flat(terms) for unit, terms in said.items()}


def _flat(terms: dict[str, Any]) -> Counter[str]:
    """A unit's terms but for its contacts."""
    return +Counter({key: n for key, n in terms.items() if key not in {"contacts", "excluded"}} | terms["excluded"])


def test_every_line_of_the_answer_sheet_adds_up(answers: dict[str, Any]) -> None:
    for delivery in answers["deliveries"].values():
        assert delivery["rows"] == sum(delivery["rejected"].values()) + delivery["superseded"] + delivery["contacts"]
    for wave in answers["waves"].values():
        assert wave["contacts"] == sum(_flat({k: wave[k] for k in _SELECTION}).values())
        assert wave["included"] == wave["quarantined"] + wave["cleared"]
        assert wave["cleared"] == sum(wave["undeliverable"].values()) + wave["delivered"]


_SELECTION = ("other_survey_or_period", "excluded", "not_sampled", "another_contact", "included")


def test_the_waves_of_a_month_include_as_many_patients_as_were_asked_for(answers: dict[str, Any]) -> None:
    for month in MONTHS:
        assert sum(answers["waves"][survey.wave(month)]["included"] for survey in SURVEYS) == PATIENTS


def test_a_delivery_has_twelve_rows_for_every_patient(extract: Path, answers: dict[str, Any]) -> None:
    manifest = json.loads((extract / "lpr-2026-10.manifest.json").read_text())
    assert manifest["rows"] == answers["deliveries"]["lpr-2026-10"]["rows"] == 12 * PATIENTS


def test_the_manifest_tells_the_data_files_sha256(extract: Path) -> None:
    for manifest in map(json.loads, (path.read_text() for path in extract.glob("*.manifest.json"))):
        assert hashlib.sha256((extract / manifest["file"]).read_bytes()).hexdigest() == manifest["sha256"]


def test_every_reason_occurs(answers: dict[str, Any]) -> None:
    somatic, psychiatric = (answers["waves"][survey.wave("2026-11")] for survey in SURVEYS)
    assert set(answers["deliveries"]["lpr-2026-11"]["rejected"]) == REJECTED
    assert somatic["undeliverable"].keys() | psychiatric["undeliverable"].keys() == UNDELIVERABLE
    reasons = {"unit_not_taking_part", "not_a_visit", "contact_open", "dead", "replacement_cpr", "under_age"}
    assert somatic["excluded"].keys() == reasons
    assert psychiatric["excluded"].keys() == reasons | {"too_few_contacts_in_course"}
    assert min(somatic["not_sampled"], somatic["another_contact"], somatic["quarantined"]) > 0


def test_fifteen_percent_of_novembers_included_were_included_in_october(answers: dict[str, Any]) -> None:
    october, november = ({cpr for s in SURVEYS for cpr in answers["persons"][s.wave(month)]} for month in MONTHS)
    assert len(october & november) == pytest.approx(0.15 * PATIENTS, abs=1)


def test_some_persons_are_asked_by_both_surveys_in_one_month_and_the_later_one_finds_them_in_karens(
    answers: dict[str, Any],
) -> None:
    somatic, psychiatric = (answers["persons"][survey.wave("2026-10")] for survey in SURVEYS)
    both = somatic.keys() & psychiatric.keys()
    assert len(both) == 6
    assert all((psychiatric[cpr] == "quarantined") == (somatic[cpr] == "delivered") for cpr in both)


def test_persons_whom_no_letter_reached_are_asked_again(answers: dict[str, Any]) -> None:
    october, november = (answers["persons"][f"lup-somatik-{month}"] for month in MONTHS)
    again = [cpr for cpr in november if october.get(cpr, "").startswith("undeliverable")]
    assert again
    assert all(november[cpr] == october[cpr] for cpr in again)


def test_the_registers_know_of_whatever_hinders_a_letter(extract: Path, answers: dict[str, Any]) -> None:
    lines = [line.split(",") for line in (extract / "persons.csv").read_text().splitlines()]
    known = {cpr: (status, mailbox) for cpr, status, mailbox, _ in lines}
    seen = set()
    for wave in answers["persons"].values():
        for cpr, fate in wave.items():
            status, mailbox = known.get(cpr, ("absent", "absent"))
            reason = _BY_REGISTER_STATUS.get(status) or _BY_MAILBOX[mailbox]
            assert fate in ("quarantined", f"undeliverable:{reason}" if reason else "delivered")
            seen.add((status, mailbox))
    assert {("absent", "absent"), ("01", "UNKNOWN"), ("01", "CLOSED"), ("50", "UNKNOWN"), ("60", "REGISTERED")} <= seen


_BY_REGISTER_STATUS = {
    "90": "dead",
    "80": "emigrated",
    "70": "disappeared",
    "60": "number_changed",
    "50": "number_changed",
    "30": "annulled",
    "20": "not_resident",
}
_BY_MAILBOX = {"REGISTERED": None, "EXEMPT": "exempt", "CLOSED": "closed", "UNKNOWN": "unknown", "absent": "unknown"}


def test_whoever_may_or_may_not_be_drawn_can_be_reached_and_is_asked_by_no_other_wave(
    extract: Path, answers: dict[str, Any], units: set[str], taking_part: set[tuple[str, str]]
) -> None:
    in_touch = {line[:10] for line in (extract / "persons.csv").read_text().splitlines() if ",REGISTERED," in line}
    certain = {cpr for wave in answers["persons"].values() for cpr in wave}
    drawn_from: list[str] = []
    for month in MONTHS:
        contacts, _, _ = read(extract / f"lpr-{month}.csv", units)
        _, eligible = sort(_wave(SURVEYS[0], month), contacts, taking_part)
        terms = answers["units"][f"lup-somatik-{month}"]
        drawn_from += [cpr for cpr, asked_of in eligible.items() if terms[asked_of[0]]["not_sampled"]]
    assert len(drawn_from) > 2 * 3 * 60
    assert len(set(drawn_from)) == len(drawn_from)
    assert in_touch.issuperset(drawn_from)
    assert certain.isdisjoint(drawn_from)


def _wave(survey: Survey, month: str) -> Wave:
    in_course = CONTACTS_IN_COURSE if survey.name == "lup-psykiatri" else 1
    return Wave(survey.name, month, survey.starts(month), survey.main_specialties, in_course, survey.at_most_per_unit)


def test_units_stand_at_the_cap_and_one_above_it(answers: dict[str, Any]) -> None:
    terms = answers["units"]["lup-somatik-2026-10"].values()
    eligible = {unit["included"] + unit["not_sampled"] for unit in terms}
    assert {60, 61} <= eligible
    assert max(unit["included"] for unit in terms) == 60


def test_no_ordinary_number_passes_modulus_11_or_belongs_to_somebody_born_on_1_january(extract: Path) -> None:
    numbers = [line.split(",")[0] for line in (extract / "persons.csv").read_text().splitlines()[1:]]
    assert len(set(numbers)) == len(numbers) > PATIENTS
    assert all(remainder(number) for number in numbers)
    assert not any(number.startswith("0101") for number in numbers)


def test_a_number_agrees_with_sex_and_century(extract: Path, units: set[str]) -> None:
    contacts, _, _ = read(extract / "lpr-2026-10.csv", units)
    ordinary = [row for row in contacts if row["cprtype"] == "CPR"]
    for row in ordinary:
        cpr, born = row["pnr"].replace("-", ""), date.fromisoformat(row["borger_foedselsdato"])
        assert cpr[:6] == born.strftime("%d%m%y")
        assert (int(cpr[9]) % 2 == 0) == (row["borger_koen"] == "K")
        assert (int(cpr[6]) >= 4) == (born.year >= 2000)


def test_unit_codes_satisfy_verhoeff(units: set[str]) -> None:
    assert check_digit("236") == "3"  # the scheme's own example
    assert all(len(code) >= 15 and check_digit(code[:-1]) == code[-1] for code in units)


def test_every_unit_belongs_to_an_institution_of_one_of_five_owners(organisations: list[Row]) -> None:
    by_code = {each["sor_kode"]: each for each in organisations}
    owners = set()
    for organisation in organisations:
        each, kinds = organisation, [organisation["type"]]
        while each["overordnet"]:
            each = by_code[each["overordnet"]]
            kinds.append(each["type"])
        assert kinds in (["IE"], ["SI", "IE"], ["OE", "SI", "IE"], ["OE", "OE", "SI", "IE"])
        owners.add(each["region"])
    assert owners == {"81", "82", "83", "84", "85"}


def test_a_moved_unit_has_two_lines_that_do_not_overlap_and_a_closed_one_names_its_successor(
    organisations: list[Row], units: set[str]
) -> None:
    lines = Counter(each["sor_kode"] for each in organisations)
    [moved] = [code for code, number in lines.items() if number == 2]
    before, after = (each for each in organisations if each["sor_kode"] == moved)
    assert before["overordnet"] != after["overordnet"]
    assert before["gyldig_til"] < after["gyldig_fra"]
    [closed] = [each for each in organisations if each["efterfoelger"]]
    assert closed["efterfoelger"][2:-1] in units


def test_the_same_seed_makes_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for folder, seed in (("once", "7"), ("again", "7"), ("other", "8")):
        generate(tmp_path / folder, seed=seed, patients=100, months=MONTHS)
    once, again, other = (
        {p.name: p.read_bytes() for p in (tmp_path / f).iterdir()} for f in ("once", "again", "other")
    )
    assert once == again
    assert all(once[name] != other[name] for name in ("lpr-2026-10.csv", "lpr-2026-11.csv", "persons.csv"))


def test_there_are_more_units_when_more_patients_are_asked_for(tmp_path: Path) -> None:
    counts = []
    for patients in (500, 6000):
        generate(tmp_path / str(patients), seed="1", patients=patients, months=MONTHS[:1])
        known = json.loads((tmp_path / str(patients) / "answers.json").read_text())
        counts.append(len(known["units"]["lup-somatik-2026-10"]))
    assert counts == [20, 240]


def test_the_generator_takes_for_granted_what_the_definitions_say() -> None:
    defined = surveys.load()
    for survey in SURVEYS:
        definition = defined[survey.name]
        in_course = CONTACTS_IN_COURSE if survey.name == "lup-psykiatri" else 1
        assert definition.eligibility.main_specialties == survey.main_specialties
        assert definition.eligibility.contact_types == (VISIT,)
        assert definition.eligibility.minimum_age == MINIMUM_AGE
        assert definition.eligibility.contacts_in_course == in_course
        assert definition.sampling.at_most_per_unit == survey.at_most_per_unit
        assert definition.schedule.day_of_following_month == survey.starts_on
        assert definition.karens.days == KARENS_DAYS


def test_a_delivery_arrives_whole_and_leaves_nothing_else(extract: Path, tmp_path: Path) -> None:
    deliver(extract, tmp_path, "lpr-2026-10")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lpr-2026-10.csv", "lpr-2026-10.manifest.json"]
    assert (tmp_path / "lpr-2026-10.csv").read_bytes() == (extract / "lpr-2026-10.csv").read_bytes()
