"""Set-aside records over HTTP: shown without their persons, and published again byte for byte."""

import json

import pytest

from shared.events import Header
from shared.runtime import outbox
from shared.runtime.database import Database
from shared.runtime.sending import headers_of
from tests.service.console.api_client import ApiClient, consumed, outbox_rows
from tests.support.builders import WAVE, a_person, set_aside


async def test_a_set_aside_record_is_shown_without_its_person(api: ApiClient, db: Database) -> None:
    await consumed(db, set_aside(detail="found 251248-9996 in it"))
    (record,) = await api.get("/api/set-aside")
    assert (record["service"], record["reason"], record["kind"]) == ("karens", "survey_unknown", "PatientIncluded.v1")
    shown = json.dumps(record)
    assert a_person() not in shown
    assert "251248-9996" not in shown
    assert record["record"]["invitation"]["wave"] == WAVE
    assert record["record"]["invitation"]["sealed_cpr"] == "•••"


async def test_set_aside_records_are_found_by_what_they_have_in_common(api: ApiClient, db: Database) -> None:
    await consumed(db, set_aside(), set_aside(service="dispatch", offset=1), set_aside(reason="too_old", offset=2))
    assert len(await api.get("/api/set-aside")) == 3
    assert [record["service"] for record in await api.get("/api/set-aside", service="dispatch")] == ["dispatch"]
    assert [record["reason"] for record in await api.get("/api/set-aside", reason="too_old")] == ["too_old"]
    assert await api.get("/api/set-aside", topic="puls.karens.v1") == []


async def test_how_many_are_set_aside_is_said_beyond_what_is_shown(api: ApiClient, db: Database) -> None:
    await consumed(db, *(set_aside(offset=offset) for offset in range(3)))
    async with api.session.get(f"{api.url}/api/set-aside?at_most=1") as answer:
        assert len(await answer.json()) == 1
        assert answer.headers["X-Total-Count"] == "3"


async def test_a_record_is_published_again_byte_for_byte(api: ApiClient, db: Database) -> None:
    record = set_aside()
    await consumed(db, record)
    assert await api.post("/api/set-aside/redrive", {"ids": [str(record.id)]}) == {"redriven": 1, "left": 0}
    async with db.transaction() as tx:
        row = await tx.fetchrow("SELECT topic, kind, key, value FROM runtime.outbox")
    original = record.original()
    assert row is not None
    assert tuple(row) == (original.topic, original.kind, original.key, original.value)


async def test_a_record_without_key_or_kind_is_published_again_so(api: ApiClient, db: Database) -> None:
    await consumed(db, set_aside(record_key=None, record_kind=""))
    await api.post("/api/set-aside/redrive", {"filter": {}})
    async with db.transaction() as tx:
        row = await tx.fetchrow("SELECT kind, key FROM runtime.outbox")
    assert row is not None
    assert tuple(row) == (None, None)


async def test_a_record_is_published_again_with_the_very_headers_it_had(api: ApiClient, db: Database) -> None:
    had = (("trace", b"\xff\0"), ("kind", b"\xff\xfe"), ("trace", None))
    await consumed(db, set_aside(record_kind="", exact_headers=tuple(Header.of(*header) for header in had)))
    await api.post("/api/set-aside/redrive", {"filter": {}})
    async with db.transaction() as tx:
        [row] = await outbox.lowest(tx, 2)
    assert headers_of(row) == list(had)


async def test_a_record_set_aside_before_headers_were_kept_so_has_those_it_was_told_with(
    api: ApiClient, db: Database
) -> None:
    await consumed(db, set_aside(record_headers={"kind": "PatientIncluded.v1", "trace": "æ"}))
    await api.post("/api/set-aside/redrive", {"filter": {}})
    async with db.transaction() as tx:
        [row] = await outbox.lowest(tx, 2)
    assert headers_of(row) == [("kind", b"PatientIncluded.v1"), ("trace", "æ".encode())]


async def test_a_filter_takes_only_what_was_never_published_again(api: ApiClient, db: Database) -> None:
    await consumed(db, *(set_aside(offset=offset) for offset in range(3)), set_aside(reason="too_old", offset=9))
    everything = {"filter": {"reason": "survey_unknown"}}
    assert await api.post("/api/set-aside/redrive", {**everything, "at_most": 2}) == {"redriven": 2, "left": 1}
    assert await api.post("/api/set-aside/redrive", everything) == {"redriven": 1, "left": 0}
    assert await api.post("/api/set-aside/redrive", everything) == {"redriven": 0, "left": 0}
    assert [record["redriven_at"] is None for record in await api.get("/api/set-aside", reason="too_old")] == [True]


async def test_a_record_that_several_services_set_aside_is_published_again_once(api: ApiClient, db: Database) -> None:
    services = ("karens", "dispatch", "console")
    await consumed(db, *(set_aside(service=service, offset=7) for service in services))
    assert await api.post("/api/set-aside/redrive", {"filter": {"service": "karens"}}) == {"redriven": 1, "left": 0}
    async with db.transaction() as tx:
        assert len(await outbox.lowest(tx, 9)) == 1
    assert await api.post("/api/set-aside/redrive", {"filter": {}}) == {"redriven": 0, "left": 0}


async def test_an_unknown_id_keeps_all_of_them_where_they_are(api: ApiClient, db: Database) -> None:
    record = set_aside()
    await consumed(db, record)
    ids = [str(record.id), "00000000-0000-0000-0000-000000000000"]
    await api.post("/api/set-aside/redrive", {"ids": ids}, 404)
    assert await outbox_rows(db) == []
    assert (await api.get("/api/set-aside"))[0]["redriven_at"] is None


@pytest.mark.parametrize("body", [{}, {"ids": [], "filter": {}}, {"ids": ["x"]}, {"filter": {"serivce": "responses"}}])
async def test_what_to_publish_again_is_said_in_one_of_two_ways(api: ApiClient, body: object) -> None:
    await api.post("/api/set-aside/redrive", body, 422)


async def test_records_of_a_filter_are_left_and_wait_no_more(api: ApiClient, db: Database) -> None:
    await consumed(db, set_aside(), set_aside(reason="unreadable", offset=1), set_aside(reason="unreadable", offset=2))
    wanted = {"filter": {"reason": "unreadable"}, "because": "of no kind"}
    assert await api.post("/api/set-aside/leave", wanted) == {"left": 2}
    assert await api.post("/api/set-aside/leave", wanted) == {"left": 0}
    assert await api.post("/api/set-aside/redrive", {"filter": {}}) == {"redriven": 1, "left": 0}


async def test_an_id_that_is_none_is_told_in_words(api: ApiClient) -> None:
    said = await api.post("/api/set-aside/redrive", {"ids": ["nope"]}, 422)
    assert said["expected"].startswith("ids.0: an id as the list gives it")


@pytest.mark.parametrize("what", ["redrive", "leave"])
async def test_a_filter_of_which_nothing_was_ever_set_aside_is_a_mistake(api: ApiClient, what: str) -> None:
    body = {"filter": {"service": "nobody"}, **({"because": "a trial"} if what == "leave" else {})}
    said = await api.post(f"/api/set-aside/{what}", body, 404)
    assert said["detail"] == "no record alike in service nobody was ever set aside"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/set-aside/redrive", {"filter": {"service": "\0"}}),
        ("/api/set-aside/leave", {"filter": {}, "because": "\0"}),
        ("/api/deliveries/leave", {"manifest": "\0"}),
    ],
)
async def test_a_character_that_no_text_can_hold_is_refused(api: ApiClient, path: str, body: object) -> None:
    await api.post(path, body, 422)


async def test_a_reason_with_a_persons_number_is_refused_and_not_kept(api: ApiClient, db: Database) -> None:
    await consumed(db, set_aside())
    said = await api.post("/api/set-aside/leave", {"filter": {}, "because": "asked by 251248-9996"}, 422)
    assert "251248-9996" not in str(said)
    assert (await api.get("/api/set-aside"))[0]["left_at"] is None
