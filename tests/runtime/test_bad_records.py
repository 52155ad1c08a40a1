"""Records that cannot be taken: one among many, and nothing but."""

from collections.abc import Sequence
from datetime import UTC, datetime

from shared.events import Invitation, PatientIncluded, RecordSetAside
from tests.runtime.trial import Trial, until
from tests.support.builders import an_invitation, included, invitations

Record = tuple[str, str, str, bytes]


def good(count: int) -> list[Record]:
    return [
        ("inclusion", "PatientIncluded.v1", one.key, one.to_json())
        for one in (included(about) for about in invitations(count))
    ]


def poison(count: int = 1) -> list[Record]:
    """Events of a survey that nobody defined."""
    events = [
        included(one.model_copy(update={"survey": "lup-ukendt"}))
        for one in invitations(count, wave="lup-ukendt-2026-10")
    ]
    return [("inclusion", "PatientIncluded.v1", one.key, one.to_json()) for one in events]


UNREADABLE: Sequence[Record] = (
    ("inclusion", "PatientIncluded.v1", "somebody", b"{not json"),
    ("inclusion", "PatientIncluded.v1", "somebody", b'{"occurred_at": "2026-11-05T00:00:00Z"}'),
    ("inclusion", "", "somebody", b"{}"),
    ("inclusion", "watermark", "somebody", b"tomorrow"),
)


TRACED: Sequence[tuple[str, bytes | None]] = (
    ("kind", b"PatientIncluded.v1"),
    ("trace", b"\xff\x00\xfe"),
    ("trace", None),
)
NO_NAME: Sequence[tuple[str, bytes | None]] = (("trace", b"\xff\x00"), ("kind", b"\xff\xfe"), ("trace", None))
EMPTY: Sequence[tuple[str, bytes | None]] = (("kind", None),)


async def set_aside(trial: Trial) -> list[RecordSetAside]:
    return [one for one in await trial.told("set-aside") if isinstance(one, RecordSetAside)]


async def halted(trial: Trial) -> str | None:
    status = await trial.status()
    return status["halted"] if status else None


async def test_one_bad_record_among_two_thousand_is_set_aside_alone(trial: Trial) -> None:
    records = good(2000)
    await trial.publish_raw([*records[:1000], *poison(), *records[1000:]])
    trial.start()
    await trial.at_rest()
    [aside] = await set_aside(trial)
    assert (aside.failure, aside.reason) == ("refused", "survey_unknown")
    assert len(await trial.told()) == 2000


async def test_what_cannot_be_read_is_set_aside_as_it_was_and_says_nothing_of_its_content(trial: Trial) -> None:
    await trial.publish_raw([*good(20), *UNREADABLE, *good(20)])
    trial.start()
    await trial.at_rest()
    aside = await set_aside(trial)
    assert sorted(one.original().value for one in aside) == sorted(value for *_, value in UNREADABLE)
    assert {one.failure for one in aside} == {"unreadable"}
    assert not any("not json" in one.detail for one in aside)
    assert len(await trial.told()) == 20


async def test_headers_that_are_no_text_stop_nothing_and_only_a_kind_of_that_sort_is_set_aside(trial: Trial) -> None:
    one, traced, no_name, empty, *others = (included(about) for about in invitations(30))
    await trial.publish([one])
    for headers, event in ((TRACED, traced), (NO_NAME, no_name), (EMPTY, empty)):
        await trial.publish_with(headers, event)
    await trial.publish(others)
    trial.start()
    await trial.at_rest()
    aside = {record.original().value: record for record in await set_aside(trial)}
    assert set(aside) == {no_name.to_json(), empty.to_json()}
    assert {record.failure for record in aside.values()} == {"unreadable"}
    assert [header.plain() for header in aside[no_name.to_json()].original().headers] == list(NO_NAME)
    assert len(await trial.told()) == 28


async def test_an_event_of_2099_binds_nobody(trial: Trial) -> None:
    """Believed, it would keep its person from being asked until then."""
    [now, *_] = invitations(1)
    await trial.publish([included(now, occurred_at=datetime(2099, 1, 1, tzinfo=UTC))])
    trial.start()
    await trial.at_rest()
    [aside] = await set_aside(trial)
    assert (aside.failure, aside.reason) == ("refused", "from_the_future")
    assert await trial.query("SELECT count(*) FROM decision") == 0
    await trial.publish([included(now)])
    await trial.at_rest()
    assert [one.kind() for one in await trial.told()] == ["InvitationCleared.v1"]


async def test_a_record_of_a_kind_nobody_here_reads_is_passed_over(trial: Trial) -> None:
    await trial.publish_raw([("inclusion", "SelectionFinished.v1", "somebody", b"{}"), *good(1)])
    trial.start()
    await trial.at_rest()
    assert await set_aside(trial) == []
    assert len(await trial.told()) == 1
    assert "of kinds that this version does not know" not in trial.log()


async def test_a_kind_that_is_unknown_altogether_is_passed_over_counted_and_said(trial: Trial) -> None:
    new = [("inclusion", "PatientIncluded.v2", f"somebody {n}", b"{}") for n in range(3)]
    await trial.publish_raw([*new, ("inclusion", "Hans 2512489996", "somebody", b"{}"), *good(1)])
    trial.start()
    await trial.at_rest()
    assert await set_aside(trial) == []
    assert len(await trial.told()) == 1
    assert "puls_records_of_unknown_kind_total 4.0" in await trial.metrics()
    assert "PatientIncluded.v2" in trial.log()
    assert "2512489996" not in trial.log()


async def test_nothing_but_bad_records_stops_the_service_over_restarts_until_a_human_says_go_on(trial: Trial) -> None:
    await trial.publish_raw(poison(100))
    trial.start()
    because = await until(lambda: halted(trial), "karens to stop itself")
    assert "of the last" in because
    await until(lambda: trial.query("SELECT halted_because FROM runtime.circuit"), "the reason to be kept")
    trial.kill()
    trial.start()
    assert await until(lambda: halted(trial), "karens to stand still") == because
    assert await set_aside(trial) == []
    assert await trial.query("SELECT max(next_offset) FROM runtime.consumer_offset") == 0
    resume(trial, allowing=100)
    await trial.at_rest()
    assert len(await set_aside(trial)) == 100


async def test_bad_records_spread_over_batches_and_restarts_stop_the_service_too(trial: Trial) -> None:
    trial.start(PULS_BATCH="10")
    await trial.publish_raw(poison(15))
    await trial.at_rest()
    assert len(await set_aside(trial)) == 15
    trial.kill()
    trial.start(PULS_BATCH="10")
    more = [included(one.model_copy(update={"survey": "lup-ukendt"})) for one in _others(10)]
    await trial.publish_raw([("inclusion", "PatientIncluded.v1", one.key, one.to_json()) for one in more])
    assert await until(lambda: halted(trial), "karens to stop itself")


def _others(count: int) -> list[Invitation]:
    return [an_invitation(wave="lup-ukendt-2026-11", person=one.person) for one in invitations(count)]


async def test_a_set_aside_record_published_again_is_taken_or_set_aside_anew(trial: Trial) -> None:
    trial.start()
    await trial.publish_raw(poison())
    await trial.at_rest()
    [aside] = await set_aside(trial)
    original = aside.original()
    assert PatientIncluded.from_json(original.value).invitation.survey == "lup-ukendt"
    key = (original.key or b"").decode()
    await trial.publish_raw([("inclusion", original.kind or "", key, original.value)])
    await trial.at_rest()
    assert len({one.id for one in await set_aside(trial)}) == 2


def resume(trial: Trial, *, allowing: int) -> None:
    assert trial.post(f"/resume?set_aside={allowing}") == {"resumed": "yes", "work": ["consume"]}
