"""Waves start by themselves or by request, pin what was read, and are told to the end, each unit once."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from services.inclusion.rounds import selections
from services.inclusion.store import waves
from shared.events import (
    DeliveryRefused,
    Event,
    PatientIncluded,
    Refused,
    SelectionFinished,
    WaveRequested,
    WaveStarted,
    invitation_id,
)
from shared.surveys import Survey
from tests.service.inclusion.conftest import OPENER, PSEUDONYMS, Inclusion
from tests.support.builders import a_unit, danish, wave_requested
from tests.support.copies import COPIES
from tests.support.deliveries import HOSPITAL, OTHER_WARD, OWNER, WARD, Drop, a_contact, a_cpr
from tests.support.rounds import act

SECOND, FOURTH, FIFTH = (danish(f"2026-11-0{day} 00:00") for day in (2, 4, 5))
TWO_WARDS = [a_contact(number, kont_ans=WARD if number % 2 else OTHER_WARD) for number in range(1, 11)]


@pytest.fixture
async def delivered(inclusion: Inclusion, drop: Drop) -> Inclusion:
    """Five patients in each of two wards, in October."""
    drop.units()
    drop.participation()
    drop.contacts(TWO_WARDS)
    await inclusion.act(SECOND)
    return inclusion


def asked(told: Sequence[Event]) -> set[str]:
    return {OPENER.open(one.invitation.sealed_cpr) for one in told if isinstance(one, PatientIncluded)}


def started(told: Sequence[Event]) -> list[WaveStarted]:
    return [one for one in told if isinstance(one, WaveStarted)]


def request(**fields: Any) -> WaveRequested:
    return wave_requested(**{"occurred_at": SECOND, **fields})


class TestSchedule:
    async def test_a_wave_starts_at_midnight_of_its_day(self, delivered: Inclusion) -> None:
        assert (await delivered.due())["start_waves"] == FIFTH
        assert await delivered.act(FOURTH) == []
        [wave] = started(await delivered.act(FIFTH))
        assert (wave.wave, wave.started_by, wave.run) == ("lup-somatik-2026-10", "schedule", FIFTH)
        assert [one.delivery for one in wave.deliveries] == ["lpr-2026-10"]

    async def test_it_starts_once(self, delivered: Inclusion) -> None:
        await delivered.act(FIFTH)
        assert await delivered.act(danish("2026-11-06 00:00")) == []

    async def test_without_its_delivery_it_waits_and_starts_late(self, inclusion: Inclusion, drop: Drop) -> None:
        drop.units()
        drop.participation()
        assert await inclusion.act(FIFTH) == []
        drop.contacts(TWO_WARDS)
        [wave] = started(await inclusion.act(danish("2026-11-09 12:00")))
        assert wave.run == danish("2026-11-09 12:00")

    async def test_it_does_not_start_while_something_lies_there_unread(self, delivered: Inclusion, drop: Drop) -> None:
        drop.contacts([a_contact(77)], delivery="lpr-2026-10-b")
        assert (await delivered.due())["start_waves"] is None
        [wave] = started(await delivered.act(FIFTH))
        assert [one.delivery for one in wave.deliveries] == ["lpr-2026-10", "lpr-2026-10-b"]

    async def test_what_comes_after_the_start_is_not_the_waves(self, delivered: Inclusion, drop: Drop) -> None:
        first = await delivered.act(FIFTH)
        drop.contacts([a_contact(77)], delivery="lpr-2026-10-b")
        later = await delivered.act(danish("2026-11-06 00:00"))
        assert (len(asked(first)), asked(later)) == (10, set())


class TestRequest:
    async def test_a_wave_starts_at_once(self, delivered: Inclusion) -> None:
        await delivered.hear(request())
        [wave] = started(await delivered.act(SECOND))
        assert (wave.started_by, wave.run) == ("request", SECOND)

    @pytest.mark.parametrize("wanted", ["paused", "stopped"])
    async def test_a_wave_that_is_not_wanted_does_not_start(self, delivered: Inclusion, wanted: str) -> None:
        await delivered.hear(request(wanted=wanted))
        assert await delivered.act(FIFTH) == []

    async def test_a_paused_wave_starts_when_it_is_wanted_again(self, delivered: Inclusion) -> None:
        await delivered.hear(request(wanted="paused"))
        await delivered.hear(request(revision=2))
        assert len(started(await delivered.act(FOURTH))) == 1

    async def test_the_highest_revision_counts_in_whatever_order_they_come(self, delivered: Inclusion) -> None:
        await delivered.hear(request(revision=3, wanted="paused"), request(revision=2))
        await delivered.hear(request(revision=1))
        assert await delivered.act(FIFTH) == []

    async def test_a_stop_is_for_good_in_whatever_order_they_come(self, delivered: Inclusion) -> None:
        await delivered.hear(request(revision=3))
        await delivered.hear(request(revision=2, wanted="stopped"))
        await delivered.hear(request(revision=4))
        assert await delivered.act(FIFTH) == []

    async def test_a_request_about_units_starts_and_holds_nothing(self, delivered: Inclusion) -> None:
        await delivered.hear(request(units=(a_unit().code,), wanted="stopped"), request(revision=2, units=(WARD,)))
        assert await delivered.act(FOURTH) == []
        assert len(started(await delivered.act(FIFTH))) == 1

    async def test_a_wave_that_is_stopped_while_it_is_told_is_told_to_its_end(
        self, delivered: Inclusion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(selections, "PATIENTS_AT_ONCE", 5)
        told = await begin_and_tell_once(delivered)
        await delivered.hear(request(wanted="stopped"))
        assert len(asked([*told, *await delivered.act(FIFTH)])) == 10

    async def test_an_unknown_survey_and_a_misnamed_wave_are_refused(self, delivered: Inclusion) -> None:
        with pytest.raises(Refused, match="survey_unknown"):
            await delivered.hear(request(wave="lup-ukendt-2026-10"))
        with pytest.raises(Refused, match="wave_misnamed"):
            await delivered.hear(request(month="2026-11"))


async def test_a_wave_that_began_does_not_begin_again(delivered: Inclusion) -> None:
    """As by a copy that looked before the other one had begun it."""
    await begin_and_tell_once(delivered)
    async with delivered.rows.transaction() as tx:
        begun = await waves.run_of(tx, FIFTH)
        assert begun
        assert await waves.begin(tx, begun) == []


async def begin_and_tell_once(service: Inclusion, now: datetime = FIFTH) -> list[Event]:
    """The wave starts, and its first units are told."""
    async with service.rows.transaction() as tx:
        told = list(await act(tx, service.starting, now))
    return told + list(await service.once(service.telling, now))


class TestTelling:
    async def test_an_invitation_says_what_everybody_needs(self, delivered: Inclusion) -> None:
        told = await delivered.act(FIFTH)
        included = [one for one in told if isinstance(one, PatientIncluded)]
        [event] = [one for one in included if OPENER.open(one.invitation.sealed_cpr) == a_cpr(1)]
        about, person = event.invitation, PSEUDONYMS.of(a_cpr(1))
        assert (about.person, about.id) == (person, invitation_id("lup-somatik-2026-10", person))
        assert [unit.code for unit in about.unit_path] == [OWNER, HOSPITAL, WARD]
        assert (about.region, about.sex, about.age) == ("84", "female", 77)
        assert (about.patient_type, about.questionnaire_version) == ("planned_outpatient", 1)
        assert (str(about.contact_date), event.occurred_at) == ("2026-10-14", FIFTH)

    async def test_each_unit_is_told_after_its_patients_with_numbers_that_add_up(self, delivered: Inclusion) -> None:
        told = await delivered.act(FIFTH)
        parts = [one for one in told if isinstance(one, SelectionFinished)]
        assert [(one.unit, one.contacts, one.included, one.parts) for one in parts] == [
            (WARD, 5, 5, 2),
            (OTHER_WARD, 5, 5, 2),
        ]
        assert isinstance(told[0], WaveStarted)
        assert isinstance(told[-1], SelectionFinished)

    async def test_a_crash_in_mid_wave_goes_on_where_it_was(
        self, delivered: Inclusion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Claimed and told to nobody; then the copy lives again, and everybody is told once."""
        monkeypatch.setattr(selections, "PATIENTS_AT_ONCE", 5)
        first = await begin_and_tell_once(delivered)
        async with delivered.rows.transaction() as tx:
            claimed = await delivered.telling.claim(tx, FIFTH, 1)
        await delivered.telling.do(claimed)
        survivor = Inclusion(delivered.rows, delivered.folder.path("."), delivered.surveys)
        second = await survivor.act(FIFTH)
        assert (len(asked(first)), len(asked(second))) == (5, 5)
        assert asked(first).isdisjoint(asked(second))
        assert (await survivor.due())["tell_selections"] is None

    async def test_two_copies_tell_each_unit_once(self, delivered: Inclusion) -> None:
        """The second leaves the wave alone while it is leased; without the lease, each unit is told by one of them."""
        async with delivered.rows.transaction() as tx:
            await act(tx, delivered.starting, FIFTH)
        async with delivered.rows.transaction() as tx:
            claimed = await delivered.telling.claim(tx, FIFTH, 1)
        other = Inclusion(delivered.rows, delivered.folder.path("."), delivered.surveys, copy=COPIES[1])
        async with delivered.rows.transaction() as tx:
            assert await other.telling.claim(tx, FIFTH, 1) == []
        both = await asyncio.gather(delivered.telling.do(claimed), other.telling.do(claimed))
        told: list[list[Any]] = []
        for came_of_it in both:
            async with delivered.rows.transaction() as tx:
                told.append([*await delivered.telling.record(tx, came_of_it, FIFTH)])
        other.selections.close()
        assert [len(asked(one)) for one in told] == [10, 0]

    async def test_definitions_that_change_in_mid_wave_do_not_change_it(
        self, delivered: Inclusion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(selections, "PATIENTS_AT_ONCE", 5)
        await begin_and_tell_once(delivered)
        survey = delivered.surveys["lup-somatik"]
        children_only = survey.eligibility.model_copy(update={"minimum_age": 120})
        changed: dict[str, Survey] = {"lup-somatik": survey.model_copy(update={"eligibility": children_only})}
        survivor = Inclusion(delivered.rows, delivered.folder.path("."), changed)
        assert len(asked(await survivor.act(FIFTH))) == 5


async def one_yields_to_another_with_a_delivery_of_its_own(inclusion: Inclusion, drop: Drop) -> Path:
    """Both began in one slot. The file of the first."""
    inclusion.surveys["lup-akut"] = inclusion.surveys["lup-somatik"].model_copy(update={"name": "lup-akut"})
    drop.units()
    drop.participation([(name, WARD, "2020-01-01", "") for name in ("lup-akut", "lup-somatik")])
    day = {"kont_starttidspunkt": "2026-09-30 09:00:00", "kont_sluttidspunkt": "2026-09-30 10:00:00"}
    path = drop.contacts([{**row, **day} for row in TWO_WARDS], delivery="lpr-2026-09", period="2026-09")
    drop.contacts([a_contact(number) for number in range(20, 25)])
    for survey, month in (("lup-akut", "2026-10"), ("lup-somatik", "2026-09")):
        await inclusion.hear(request(wave=f"{survey}-{month}", survey=survey, month=month, wanted="stopped"))
    first = {"wave": "lup-akut-2026-09", "survey": "lup-akut", "month": "2026-09"}
    await inclusion.hear(request(**first, wanted="paused"))
    await inclusion.act(SECOND)
    await inclusion.hear(request(**first, revision=2))
    async with inclusion.rows.transaction() as tx:
        await act(tx, inclusion.starting, FIFTH)
    return path


class TestAltered:
    @pytest.mark.parametrize("file", ["lpr-2026-10.csv", "sor-2026-11-01.csv", "participation-2026-11-01.csv"])
    async def test_a_wave_does_not_go_on_from_an_altered_file_and_says_so(
        self, delivered: Inclusion, drop: Drop, file: str
    ) -> None:
        path = drop.path / file
        content = path.read_bytes()
        path.write_bytes(content.replace(b"2026", b"2027", 1) + b"\n")
        told = await delivered.act(FIFTH)
        [refused] = [one for one in told if isinstance(one, DeliveryRefused)]
        assert (refused.manifest, refused.reason) == (file.replace(".csv", ".manifest.json"), "altered_since_read")
        assert asked(told) == set()
        assert (await delivered.due())["tell_selections"] is None

        path.write_bytes(content)
        assert len(asked(await delivered.act(FIFTH))) == 10

    async def test_a_file_that_can_no_longer_be_split_is_altered(self, delivered: Inclusion, drop: Drop) -> None:
        """A quoted field longer than any that Python splits."""
        path = drop.path / "lpr-2026-10.csv"
        content = path.read_bytes()
        path.write_bytes(b'"' + b"x" * 200_000)
        [refused] = [one for one in await delivered.act(FIFTH) if isinstance(one, DeliveryRefused)]
        assert (refused.manifest, refused.reason) == ("lpr-2026-10.manifest.json", "altered_since_read")
        assert "200001" not in refused.found
        assert (await delivered.due())["tell_selections"] is None

        path.write_bytes(content)
        assert len(asked(await delivered.act(FIFTH))) == 10

    async def test_a_wave_goes_on_when_the_file_of_one_it_yields_to_is_back(
        self, inclusion: Inclusion, drop: Drop
    ) -> None:
        path = await one_yields_to_another_with_a_delivery_of_its_own(inclusion, drop)
        content = path.read_bytes()
        path.write_bytes(b"")
        assert asked(await inclusion.act(FIFTH)) == set()
        path.write_bytes(content)
        assert {one.wave for one in await inclusion.act(FIFTH) if isinstance(one, SelectionFinished)} == {
            "lup-akut-2026-09",
            "lup-somatik-2026-10",
        }

    async def test_a_file_that_is_gone_is_altered(self, delivered: Inclusion, drop: Drop) -> None:
        (drop.path / "lpr-2026-10.csv").unlink()
        [refused] = [one for one in await delivered.act(FIFTH) if isinstance(one, DeliveryRefused)]
        assert (refused.reason, refused.found) == ("altered_since_read", "no file")


class TestUnforeseen:
    """A mistake of ours in one wave: a number that DuckDB cannot reckon with."""

    @pytest.fixture
    async def beside(self, inclusion: Inclusion, drop: Drop) -> Inclusion:
        """Two waves in one slot; the first by name is the one that cannot be told."""
        survey = inclusion.surveys["lup-somatik"]
        after = survey.karens.model_copy(update={"precedence": 99})
        too_large = survey.sampling.model_copy(update={"at_least_eligible": 2**200})
        odd = {"name": "lup-akut", "karens": after, "sampling": too_large}
        inclusion.surveys["lup-akut"] = survey.model_copy(update=odd)
        drop.units()
        drop.participation([(name, WARD, "2020-01-01", "") for name in ("lup-akut", "lup-somatik")])
        drop.contacts(TWO_WARDS)
        return inclusion

    async def test_a_wave_that_cannot_be_told_does_not_block_the_next(self, beside: Inclusion) -> None:
        told = await beside.act(FIFTH)
        assert {one.wave for one in told if isinstance(one, SelectionFinished)} == {"lup-somatik-2026-10"}
        assert len(asked(told)) == 5
        assert (await beside.due())["tell_selections"] is None


async def test_no_cpr_number_is_in_the_database(delivered: Inclusion) -> None:
    await delivered.act(FIFTH)
    async with delivered.rows.transaction() as tx:
        tables = [row["name"] for row in await tx.fetch(TABLES)]
        rows = [await tx.fetchval(f"SELECT json_agg(kept) FROM {name} AS kept") for name in tables]
    kept = "".join(map(str, rows))
    assert len(kept) > 1000
    assert not [cpr for cpr in map(a_cpr, range(1, 11)) if cpr in kept]


TABLES = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
