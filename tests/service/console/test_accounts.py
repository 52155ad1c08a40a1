"""A wave's whole account, by region and unit too, and the lines that do not hold."""

from datetime import timedelta

from services.console.store import accounts
from shared.runtime import Transaction
from tests.service.console.consuming import account_of, consume
from tests.support.builders import (
    STARTED_AT,
    WAVE,
    a_checksum,
    a_person,
    a_unit,
    an_invitation,
    cleared,
    delivery_read,
    delivery_refused,
    included,
    quarantined,
    selection_finished,
    wave_requested,
    wave_started,
)

HERE, THERE = a_unit(1).code, a_unit(2).code


async def test_a_wave_shows_what_it_pinned_with_every_row_of_it(tx: Transaction) -> None:
    await consume(tx, delivery_read(), wave_started())
    (delivery,) = (await account_of(tx)).deliveries
    assert delivery.model_dump() == {
        "delivery": "lpr-2026-10",
        "rows": 100,
        "rejected": {"cpr_malformed": 2, "unit_unknown": 1},
        "superseded": 4,
        "contacts": 93,
    }


async def test_a_pinned_delivery_that_was_not_heard_of_has_no_numbers(tx: Transaction) -> None:
    await consume(tx, wave_started())
    (delivery,) = (await account_of(tx)).deliveries
    assert (delivery.rows, delivery.contacts) == (None, None)


async def test_a_mended_delivery_under_the_same_name_is_another_one(tx: Transaction) -> None:
    await consume(tx, wave_started(), delivery_read(sha256=a_checksum("mended"), rows=7, contacts=0))
    assert (await account_of(tx)).deliveries[0].rows is None


async def test_selections_are_summed_with_every_reason(tx: Transaction) -> None:
    there = selection_finished(unit=THERE, parts=2, excluded={"under_age": 1, "dead": 2}, contacts=88)
    await consume(tx, selection_finished(unit=HERE, parts=2), there)
    wave = await account_of(tx)
    assert wave.contacts == 93 + 88
    assert wave.excluded == {"contact_open": 3, "under_age": 6, "dead": 2}


async def test_a_wave_is_selected_when_all_its_parts_were_heard(tx: Transaction) -> None:
    await consume(tx, selection_finished(unit=HERE, parts=2))
    assert not (await account_of(tx)).selected
    await consume(tx, selection_finished(unit=THERE, parts=2))
    assert (await account_of(tx)).selected


async def test_whoever_was_drawn_and_never_heard_of_is_missed_at_rest(tx: Transaction) -> None:
    await consume(tx, selection_finished(included=2, not_sampled=38), included(), quarantined())
    assert (await account_of(tx)).does_not_add_up == ["included 2 is not 1"]


async def test_a_selection_that_loses_somebody_is_said_in_words(tx: Transaction) -> None:
    await consume(tx, selection_finished(contacts=94))
    assert "contacts 94 is not 40 + 8 + 20 + 5 + 20" in (await account_of(tx)).does_not_add_up


async def test_a_wave_is_shown_by_region_and_by_unit(tx: Transaction) -> None:
    far = an_invitation(person=a_person(2), unit=THERE, region="81")
    await consume(
        tx,
        selection_finished(unit=HERE, parts=2),
        selection_finished(unit=THERE, region="81", parts=2),
        cleared(an_invitation(unit=HERE)),
        quarantined(far),
    )
    regions = {
        part.part: (part.contacts, part.cleared, part.quarantined) for part in await accounts.shares(tx, WAVE, "region")
    }
    assert regions == {"81": (93, 0, 1), "84": (93, 1, 0)}
    assert [(part.part, part.name) for part in await accounts.shares(tx, WAVE, "unit")] == [
        (HERE, "Medicinsk Afsnit"),
        (THERE, "Medicinsk Afsnit"),
    ]


async def test_the_highest_revision_about_the_whole_wave_is_what_is_wanted(tx: Transaction) -> None:
    await consume(
        tx,
        wave_requested(revision=3, wanted="stopped", units=(HERE,)),
        wave_requested(revision=2, wanted="paused"),
        wave_requested(revision=1, wanted="running"),
    )
    assert (await account_of(tx)).wanted == "paused"


async def test_a_wave_that_nobody_asked_anything_of_runs(tx: Transaction) -> None:
    await consume(tx, wave_started())
    assert (await account_of(tx)).wanted == "running"


async def test_one_wave_is_not_counted_with_another(tx: Transaction) -> None:
    await consume(tx, included(), included(wave="lup-psykiatri-2026-10"))
    assert [(wave.wave, wave.invitations) for wave in await accounts.waves(tx)] == [
        ("lup-psykiatri-2026-10", 1),
        ("lup-somatik-2026-10", 1),
    ]


async def test_a_refused_delivery_is_kept_with_its_reason(tx: Transaction) -> None:
    await consume(tx, delivery_refused(), delivery_refused())
    (refused,) = await accounts.refused_deliveries(tx)
    assert (refused["reason"], refused["expected"], refused["found"]) == ("rows_differ", "100 rows", "99 rows")


async def test_waves_that_started_long_ago_are_not_counted_again_unless_they_are_paused(tx: Transaction) -> None:
    later = STARTED_AT + timedelta(days=1)
    held, new, asked = "lup-somatik-2026-08", "lup-somatik-2025-01", "lup-somatik-2026-12"
    await consume(tx, wave_started(), wave_started(held), wave_started(new, occurred_at=later))
    await consume(tx, wave_requested(held, wanted="paused"), wave_requested(asked))
    assert [wave.wave for wave in await accounts.waves(tx, since=later)] == [asked, held, new]
