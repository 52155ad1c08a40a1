"""What events are about, made up: persons, units, invitations, moments."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared.events import Invitation, PinnedDelivery, Rule, Unit, invitation_id

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
WAVE = "lup-somatik-2026-10"


def danish(moment: str) -> datetime:
    """`2026-11-05 12:00`, as a clock on a Danish wall shows it -> the instant, in UTC."""
    return datetime.fromisoformat(moment).replace(tzinfo=COPENHAGEN).astimezone(UTC)


STARTED_AT = danish("2026-11-05 00:00")
"""When the wave starts, and when everything happens that says nothing else."""


def a_person(number: int = 1) -> str:
    """The pseudonym of one of any number of made-up persons."""
    return hashlib.sha256(f"made-up person {number}".encode()).hexdigest()[:32]


def a_unit(number: int = 1) -> Unit:
    return Unit(code=f"{130_000_000 + number}016", name=f"Afsnit {number}")


def a_path(unit: str) -> tuple[Unit, ...]:
    region = Unit(code="110000000016", name="Region Eksempel")
    hospital = Unit(code="120000000016", name="Eksempel Hospital")
    return region, hospital, Unit(code=unit, name="Medicinsk Afsnit")


def a_sealed_number(person: str) -> str:
    """Looks like a sealed CPR number, and opens with no key."""
    return base64.b64encode(hashlib.sha512(f"sealed {person}".encode()).digest()[:58]).decode()


def a_checksum(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()


def a_rule(**fields: Any) -> Rule:
    return Rule(**{"name": "person_across_surveys", "version": 1, "days": 180, **fields})


def a_pin(delivery: str, **fields: Any) -> PinnedDelivery:
    return PinnedDelivery(**{"delivery": delivery, "sha256": a_checksum(delivery), **fields})


def parts_of(wave: str) -> tuple[str, str]:
    """`lup-somatik-2026-10` -> its survey and its month."""
    survey, year, month = wave.rsplit("-", 2)
    return survey, f"{year}-{month}"


def an_invitation(wave: str = WAVE, person: str = a_person(), **fields: Any) -> Invitation:
    survey, month = parts_of(wave)
    unit = fields.get("unit", a_unit().code)
    made_up: dict[str, Any] = {
        "id": invitation_id(wave, person),
        "wave": wave,
        "survey": survey,
        "month": month,
        "person": person,
        "sealed_cpr": a_sealed_number(person),
        "contact_date": date.fromisoformat(f"{month}-14"),
        "unit": unit,
        "unit_path": a_path(unit),
        "region": "84",
        "sex": "female",
        "age": 52,
        "patient_type": "planned_inpatient",
        "questionnaire_version": 1,
    }
    return Invitation(**{**made_up, **fields})


def invitations(count: int, **fields: Any) -> Sequence[Invitation]:
    """So many invitations, each of another person."""
    return [an_invitation(person=a_person(number), **fields) for number in range(1, count + 1)]
