"""Two generated months: every number that inclusion tells is the one on the generator's answer sheet."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from deploy.sandbox.register_extract.files import deliver
from deploy.sandbox.register_extract.generate import generate
from shared.events import DeliveryRead, Event, PatientIncluded, SelectionFinished
from tests.service.inclusion.conftest import OPENER, PSEUDONYMS, Inclusion
from tests.support.builders import danish
from tests.support.deliveries import Drop

MONTHS = {"2026-10": "2026-12-01 00:00", "2026-11": "2027-01-01 00:00"}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    generate(folder, seed="7", patients=600, months=list(MONTHS))
    return folder


@pytest.fixture
def answers(generated: Path) -> dict[str, Any]:
    return json.loads((generated / "answers.json").read_text())


async def live(inclusion: Inclusion, generated: Path, drop: Drop) -> list[Event]:
    """Both months' deliveries arrive, and their waves start by themselves."""
    told: list[Event] = []
    for delivery in ("sor-2026-11-01", "participation-2026-11-01", "lpr-2026-10"):
        deliver(generated, drop.path, delivery)
    for day in ("2026-11-02", "2026-11-05", "2026-11-15"):
        told += await inclusion.act(danish(f"{day} 00:00"))
    deliver(generated, drop.path, "lpr-2026-11")
    for day in ("2026-12-02", "2026-12-05", "2026-12-15"):
        told += await inclusion.act(danish(f"{day} 00:00"))
    return told


async def test_what_is_told_is_what_the_generator_knows(
    inclusion: Inclusion, generated: Path, drop: Drop, answers: dict[str, Any]
) -> None:
    told = await live(inclusion, generated, drop)

    read = {one.delivery: one for one in told if isinstance(one, DeliveryRead)}
    for delivery, expected in answers["deliveries"].items():
        found = read[delivery].model_dump(include={"rows", "rejected", "superseded", "contacts"})
        assert found == expected

    finished = [one for one in told if isinstance(one, SelectionFinished)]
    for wave, expected in answers["waves"].items():
        parts = [one for one in finished if one.wave == wave]
        assert {one.parts for one in parts} == {len(parts)}
        for term in ("contacts", "other_survey_or_period", "not_sampled", "another_contact", "included"):
            assert sum(getattr(one, term) for one in parts) == expected[term], (wave, term)
        excluded = sum((Counter(one.excluded) for one in parts), Counter())
        assert excluded == {reason: number for reason, number in expected["excluded"].items() if number}
    for wave, units in answers["units"].items():
        for unit, expected in units.items():
            [part] = [one for one in finished if (one.wave, one.unit) == (wave, unit)]
            assert part.included == expected["included"]

    included = [one.invitation for one in told if isinstance(one, PatientIncluded)]
    for wave, persons in answers["persons"].items():
        certain = {PSEUDONYMS.of(cpr) for cpr in persons}
        assert certain <= {one.person for one in included if one.wave == wave}
    assert all(PSEUDONYMS.of(OPENER.open(one.sealed_cpr)) == one.person for one in included)
