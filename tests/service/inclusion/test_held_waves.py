"""Nothing is not well: a wave that would ask nobody, or rests on a spoilt delivery, waits for a person."""

from collections.abc import Sequence
from typing import Any

import pytest

from shared.events import Event, PatientIncluded, SelectionFinished, WaveHeld, WaveRequested, WaveStarted
from tests.service.inclusion.conftest import Inclusion
from tests.support.builders import a_unit, danish, wave_requested
from tests.support.copies import COPIES
from tests.support.deliveries import WARD, Drop, a_contact
from tests.support.rounds import act

SECOND, FOURTH, FIFTH, SIXTH = (danish(f"2026-11-0{day} 00:00") for day in (2, 4, 5, 6))
GOOD = [a_contact(number) for number in range(1, 11)]
SPOILT = [a_contact(number, pnr="?") if number <= 3 else a_contact(number) for number in range(1, 11)]
REJECTED = [a_contact(number, pnr="?") for number in range(1, 11)]
NEW_WARD = a_unit(3).code
WAVE = "lup-somatik-2026-10"


@pytest.fixture
def somatik(inclusion: Inclusion, drop: Drop) -> Inclusion:
    """With one survey alone."""
    inclusion.surveys.pop("lup-psykiatri")
    drop.units()
    drop.participation()
    return inclusion


def request(**fields: Any) -> WaveRequested:
    return wave_requested(**{"occurred_at": SECOND, **fields})


def holds(told: Sequence[Event]) -> list[tuple[str, str, str]]:
    return [(one.wave, one.holds, one.reason) for one in told if isinstance(one, WaveHeld)]


def started(told: Sequence[Event]) -> list[tuple[list[str], int | None]]:
    """The deliveries of each wave that started, and its parts."""
    return [([pin.delivery for pin in one.deliveries], one.parts) for one in told if isinstance(one, WaveStarted)]


def asked(told: Sequence[Event]) -> int:
    return sum(isinstance(one, PatientIncluded) for one in told)


@pytest.mark.parametrize(
    ("contacts", "reason", "found"),
    [
        (SPOILT, "rejects_unlikely", "lpr-2026-10: 3 of 10 rows were rejected"),
        (REJECTED, "nobody_to_ask", "no contacts: 10 of 10 rows were rejected"),
        ([], "nobody_to_ask", "no contacts: 0 of 0 rows were rejected"),
    ],
)
async def test_a_spoilt_delivery_holds_its_wave_as_soon_as_it_is_read(
    somatik: Inclusion, drop: Drop, contacts: Any, reason: str, found: str
) -> None:
    drop.contacts(contacts)
    [held] = [one for one in await somatik.act(SECOND) if isinstance(one, WaveHeld)]
    assert (held.wave, held.holds, held.reason, held.found) == (WAVE, "start", reason, found)
    assert await somatik.act(FIFTH) == []
    assert (await somatik.due())["start_waves"] is None


async def test_a_fifth_of_the_rows_holds_nothing(somatik: Inclusion, drop: Drop) -> None:
    drop.contacts([*SPOILT, *map(a_contact, range(20, 25))])
    assert asked(await somatik.act(FIFTH)) == 12


async def test_nobody_taking_part_holds_the_wave_when_it_would_start(inclusion: Inclusion, drop: Drop) -> None:
    drop.units()
    drop.participation([("lup-ukendt", WARD, "2020-01-01", "")])
    drop.contacts(GOOD)
    assert holds(await inclusion.act(FOURTH)) == []
    told = await inclusion.act(FIFTH)
    assert holds(told) == [(WAVE, "start", "nobody_to_ask")]
    assert (started(told), asked(told)) == ([], 0)
    assert await inclusion.act(SIXTH) == []


async def test_it_starts_by_itself_when_there_is_somebody(inclusion: Inclusion, drop: Drop) -> None:
    drop.units()
    drop.participation([("lup-ukendt", WARD, "2020-01-01", "")])
    drop.contacts(GOOD)
    await inclusion.act(FIFTH)
    drop.participation(delivery="participation-2026-11-02")
    told = await inclusion.act(SIXTH)
    assert (started(told), asked(told)) == ([(["lpr-2026-10"], 1)], 10)


@pytest.mark.parametrize("contacts", [SPOILT, REJECTED])
async def test_a_mended_delivery_is_taken_up(somatik: Inclusion, drop: Drop, contacts: Any) -> None:
    drop.contacts(contacts)
    await somatik.act(FIFTH)
    drop.contacts(GOOD, "lpr-2026-10-mended")
    told = await somatik.act(SIXTH)
    assert (started(told), asked(told)) == ([(["lpr-2026-10-mended"], 1)], 10)


async def test_a_mended_delivery_before_the_start_leaves_the_start_as_it_was(somatik: Inclusion, drop: Drop) -> None:
    drop.contacts(SPOILT)
    await somatik.act(SECOND)
    drop.contacts(GOOD, "lpr-2026-10-mended")
    assert started(await somatik.act(FOURTH)) == []
    assert started(await somatik.act(FIFTH)) == [(["lpr-2026-10-mended"], 1)]


async def test_a_few_late_contacts_mend_nothing_and_the_wave_is_held_anew(somatik: Inclusion, drop: Drop) -> None:
    drop.contacts(REJECTED)
    await somatik.act(SECOND)
    drop.contacts([a_contact(77)], "lpr-2026-10-late")
    told = await somatik.act(FOURTH)
    assert holds(told) == [(WAVE, "start", "rejects_unlikely")]
    assert started(await somatik.act(FIFTH)) == []


async def test_the_same_extract_is_taken_up_when_its_units_are_known_after_all(somatik: Inclusion, drop: Drop) -> None:
    drop.contacts([a_contact(number, kont_ans=NEW_WARD) for number in range(1, 11)])
    assert holds(await somatik.act(SECOND)) == [(WAVE, "start", "nobody_to_ask")]
    drop.units([(NEW_WARD, "Nyt afsnit", "OE", "", "84", "2012-01-01", "", "")], "sor-2026-11-03")
    drop.participation([("lup-somatik", NEW_WARD, "2020-01-01", "")], "participation-2026-11-03")
    drop.contacts([a_contact(number, kont_ans=NEW_WARD) for number in range(1, 11)], "lpr-2026-10-again")
    told = await somatik.act(FIFTH)
    assert (started(told), asked(told)) == ([(["lpr-2026-10-again"], 1)], 10)


async def test_one_that_is_held_and_starts_in_the_same_slot_is_no_longer_yielded_to(
    inclusion: Inclusion, drop: Drop
) -> None:
    survey = inclusion.surveys["lup-somatik"]
    inclusion.surveys.update({"lup-akut": survey.model_copy(update={"name": "lup-akut"})})
    drop.units()
    drop.participation([("lup-somatik", WARD, "2020-01-01", "")])
    drop.contacts(GOOD)
    assert asked(await inclusion.act(FIFTH)) == 10
    drop.participation([(name, WARD, "2020-01-01", "") for name in ("lup-somatik", "lup-akut")], "participation-again")
    again = await inclusion.act(FIFTH)
    assert holds(again) == [("lup-akut-2026-10", "start", "nobody_to_ask")]
    await inclusion.hear(request(wave="lup-akut-2026-10", survey="lup-akut"))
    [part] = [one for one in await inclusion.act(FIFTH) if isinstance(one, SelectionFinished)]
    assert (part.wave, part.excluded) == ("lup-akut-2026-10", {"other_survey_first": 10})


class TestByAPerson:
    async def test_it_is_started_anyway(self, somatik: Inclusion, drop: Drop) -> None:
        drop.contacts(SPOILT)
        await somatik.act(SECOND)
        await somatik.hear(request())
        told = await somatik.act(FOURTH)
        assert (started(told), asked(told)) == ([(["lpr-2026-10"], 1)], 7)

    async def test_a_request_from_before_it_was_held_does_not_start_it(self, somatik: Inclusion, drop: Drop) -> None:
        await somatik.hear(request())
        drop.contacts(SPOILT)
        assert len(holds(await somatik.act(SECOND))) == 1
        assert await somatik.act(FIFTH) == []
        await somatik.hear(request(revision=2))
        assert asked(await somatik.act(FIFTH)) == 7

    @pytest.mark.parametrize("contacts", [[], REJECTED])
    async def test_an_empty_month_that_is_let_go_on_ends(self, somatik: Inclusion, drop: Drop, contacts: Any) -> None:
        drop.contacts(contacts)
        await somatik.act(FIFTH)
        await somatik.hear(request())
        told = await somatik.act(SIXTH)
        assert started(told) == [(["lpr-2026-10"], 0)]
        assert await somatik.act(SIXTH) == []
        assert (await somatik.due())["tell_selections"] is None

    async def test_a_wave_that_asks_nobody_and_is_let_go_on_accounts_for_everybody(
        self, inclusion: Inclusion, drop: Drop
    ) -> None:
        drop.units()
        drop.participation([("lup-ukendt", WARD, "2020-01-01", "")])
        drop.contacts(GOOD)
        await inclusion.act(FIFTH)
        await inclusion.hear(request())
        told = await inclusion.act(SIXTH)
        [part] = [one for one in told if isinstance(one, SelectionFinished)]
        assert (started(told), part.excluded, part.included) == (
            [(["lpr-2026-10"], 1)],
            {"unit_not_taking_part": 10},
            0,
        )

    @pytest.mark.parametrize("wanted", ["paused", "stopped"])
    async def test_it_is_cancelled_or_kept_waiting(self, somatik: Inclusion, drop: Drop, wanted: str) -> None:
        drop.contacts(SPOILT)
        await somatik.act(SECOND)
        await somatik.hear(request(wanted=wanted))
        drop.contacts(GOOD, "lpr-2026-10-mended")
        assert started(await somatik.act(FIFTH)) == []


async def test_two_copies_hold_a_wave_once(inclusion: Inclusion, drop: Drop) -> None:
    """Both have made its selection: the first takes it back, the second finds nothing to start."""
    drop.units()
    drop.participation([("lup-ukendt", WARD, "2020-01-01", "")])
    drop.contacts(GOOD)
    await inclusion.act(FOURTH)
    async with inclusion.rows.transaction() as tx:
        await act(tx, inclusion.starting, FIFTH)
    async with inclusion.rows.transaction() as tx:
        claimed = await inclusion.telling.claim(tx, FIFTH, 1)
    other = Inclusion(inclusion.rows, drop.path, inclusion.surveys, copy=COPIES[1])
    both = [await one.telling.do(claimed) for one in (inclusion, other)]
    told: list[Any] = []
    for came_of_it in both:
        async with inclusion.rows.transaction() as tx:
            told += await inclusion.telling.record(tx, came_of_it, FIFTH)
    other.selections.close()
    assert holds(told) == [(WAVE, "start", "nobody_to_ask")]
    assert len(told) == 1


async def test_an_altered_file_holds_the_selection_until_it_is_back(somatik: Inclusion, drop: Drop) -> None:
    file = drop.contacts(GOOD)
    await somatik.act(SECOND)
    content = file.read_bytes()
    file.write_bytes(b'"' + b"x" * 200_000)
    told = await somatik.act(FIFTH)
    assert holds(told) == [(WAVE, "selection", "altered_since_read")]
    assert started(told) == []
    file.write_bytes(content)
    told = await somatik.act(FIFTH)
    assert (started(told), asked(told)) == ([(["lpr-2026-10"], 1)], 10)


async def test_a_wave_that_stands_still_is_tried_again_when_it_is_wanted(somatik: Inclusion, drop: Drop) -> None:
    file = drop.contacts(GOOD)
    await somatik.act(SECOND)
    file.write_bytes(b"")
    await somatik.act(FIFTH)
    assert (await somatik.due())["tell_selections"] is None
    await somatik.hear(request())
    assert (await somatik.due())["tell_selections"] is not None
    assert holds(await somatik.act(FIFTH)) == []
