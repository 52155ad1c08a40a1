"""Stuck work of a service: found, tried again and left, by page, API and command line."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from shared.runtime.database import Database
from tests.service.console.api_client import KEY, ApiClient
from tests.service.console.console_app import AT_EASE, Operator, console_app
from tests.service.console.made_up_service import MadeUpService, made_up_service
from tests.service.console.test_cli import puls
from tests.support.pages import listening

SINCE = "2026-11-12T10:00:00+00:00"
CPR = "251248-9996"
"""Made up, in the style of test numbers."""
HALT = {"work": "hand_over", "because": "20 of 60 came to unknown_code", "at": SINCE}


def item(key: str, reason: str = "unknown_code", detail: str = "code 17") -> dict[str, str]:
    return {"work": "hand_over", "key": key, "reason": reason, "detail": detail, "since": SINCE}


@pytest.fixture
def dispatch() -> MadeUpService:
    items = [item("a"), item("b"), item("c", reason="cannot_be_opened", detail=f"found {CPR} in it")]
    return MadeUpService({**AT_EASE, "rounds": [], "halts": [HALT]}, items=items)


@pytest.fixture
async def url(db: Database, dispatch: MadeUpService) -> AsyncIterator[str]:
    async with (
        listening(made_up_service(dispatch, KEY)) as internal,
        listening(console_app({"dispatch": internal})) as url,
    ):
        yield url


@pytest.fixture
async def api(url: str) -> AsyncIterator[ApiClient]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session:
        yield ApiClient(url, session)


@pytest.fixture
async def operator(url: str, db: Database) -> AsyncIterator[Operator]:
    async with Operator.at(url, db) as operator:
        await operator.log_in()
        yield operator


async def audited(db: Database) -> list[tuple[str, str, int | None, str | None]]:
    async with db.transaction() as tx:
        rows = await tx.fetch("SELECT asked, about, many, because FROM act WHERE asked LIKE '%stuck' ORDER BY id")
    return [tuple(row) for row in rows]


async def test_what_is_stuck_is_counted_by_work_and_reason(api: ApiClient) -> None:
    assert {
        (group["service"], group["work"], group["reason"], group["count"]) for group in await api.get("/api/stuck")
    } == {
        ("dispatch", "hand_over", "unknown_code", 2),
        ("dispatch", "hand_over", "cannot_be_opened", 1),
    }


async def test_each_item_is_shown_and_no_persons_number(api: ApiClient) -> None:
    found = await api.get("/api/stuck/dispatch", work="hand_over", reason="unknown_code")
    assert [(stuck["key"], stuck["detail"]) for stuck in found] == [("a", "code 17"), ("b", "code 17")]
    assert [stuck["key"] for stuck in await api.get("/api/stuck/dispatch", work="hand_over", after="b")] == ["c"]
    (hidden,) = await api.get("/api/stuck/dispatch", work="hand_over", reason="cannot_be_opened")
    assert CPR not in hidden["detail"]


async def test_items_are_tried_again_and_it_is_in_the_audit_trail(
    api: ApiClient, db: Database, dispatch: MadeUpService
) -> None:
    assert await api.post("/api/stuck/dispatch/retry", {"work": "hand_over", "keys": ["b"]}) == {"count": 1}
    assert [stuck["key"] for stuck in dispatch.items] == ["a", "c"]
    assert await api.post("/api/stuck/dispatch/retry", {"work": "hand_over", "reason": "unknown_code"}) == {"count": 1}
    assert await audited(db) == [
        ("retry_stuck", "dispatch, hand_over", 1, None),
        ("retry_stuck", "dispatch, hand_over, unknown_code", 1, None),
    ]


async def test_items_are_left_with_a_reason(api: ApiClient, db: Database, dispatch: MadeUpService) -> None:
    body = {"work": "hand_over", "reason": "unknown_code"}
    assert await api.post("/api/stuck/dispatch/leave", {**body, "because": "a trial"}) == {"count": 2}
    assert dispatch.left_because == ["a trial"]
    assert await audited(db) == [("leave_stuck", "dispatch, hand_over, unknown_code", 2, "a trial")]


@pytest.mark.parametrize("because", [f"asked by {CPR}", "", "x" * 201])
async def test_nothing_is_left_without_a_reason_that_may_be_kept(
    api: ApiClient, dispatch: MadeUpService, because: str
) -> None:
    said = await api.post("/api/stuck/dispatch/leave", {"work": "hand_over", "because": because}, 422)
    assert CPR not in str(said)
    assert len(dispatch.items) == 3


async def test_of_a_service_that_is_away_or_unknown_that_is_said(url: str, db: Database) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    app = console_app({"karens": "http://127.0.0.1:1"})
    async with listening(app) as url, aiohttp.ClientSession(headers=headers) as session:
        api = ApiClient(url, session)
        assert "does not answer" in (await api.get("/api/stuck/karens", 502, work="tick"))["detail"]
        assert (await api.get("/api/stuck/nobody", 404, work="tick"))["expected"] == "one of: karens"
        await api.post("/api/stuck/karens/retry", {"work": "tick"}, 502)
    async with db.transaction() as tx:
        assert "does not answer" in await tx.fetchval("SELECT came_of_it FROM act")


async def test_the_page_lists_tries_again_and_leaves(operator: Operator, dispatch: MadeUpService) -> None:
    assert "2 items of hand over stuck in dispatch: unknown code" in (await operator.get("/")).text
    assert (
        'href="/stuck?service=dispatch&amp;work=hand_over&amp;reason=unknown_code"'
        in (await operator.get("/set-aside")).text
    )
    which = "service=dispatch&work=hand_over&reason=unknown_code"
    assert "code 17" in (await operator.get(f"/stuck?{which}")).text
    assert "Try 1 stuck item again?" in (await operator.get(f"/stuck/retry?{which}&key=a")).text
    named = {"service": "dispatch", "work": "hand_over", "reason": "unknown_code"}
    await operator.post("/stuck/retry", **named, key="a")
    assert [stuck["key"] for stuck in dispatch.items] == ["b", "c"]
    assert "Leave 1 stuck item?" in (await operator.get(f"/stuck/leave?{which}&key=b")).text
    await operator.post("/stuck/leave", **named, all="yes", because="a trial")
    assert [stuck["key"] for stuck in dispatch.items] == ["c"]
    trail = (await operator.get("/trail")).text
    assert "Left 1 stuck item as they are: dispatch, hand_over, unknown_code" in trail
    assert "Had 1 stuck item tried again: dispatch, hand_over, unknown_code" in trail


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/stuck/retry?service=dispatch&work=hand_over", 422, "No item is chosen"),
        ("/stuck/leave?key=a", 422, "No work is named"),
        ("/stuck/retry?all=yes&service=dispatch&work=tick", 409, "Nothing of it is stuck"),
        ("/stuck?service=nobody&work=tick", 404, "There is no service of that name"),
    ],
)
async def test_what_cannot_be_done_is_said(operator: Operator, path: str, status: int, says: str) -> None:
    shown = await operator.get(path)
    assert (shown.status, says in shown.text) == (status, True)


async def test_work_that_has_halted_goes_on_by_its_name(
    operator: Operator, api: ApiClient, dispatch: MadeUpService
) -> None:
    assert "dispatch has halted hand over: 20 of 60" in (await operator.get("/")).text
    assert "Let dispatch go on with hand over" in (await operator.get("/queues")).text
    assert 'value="hand_over"' in (await operator.get("/queues/dispatch/resume?work=hand_over")).text
    await operator.post("/queues/dispatch/resume", work="hand_over", failures="5")
    assert dispatch.resumed_work == ["hand_over"]
    assert "Told dispatch to go on with hand over, with 5 failures allowed" in (await operator.get("/trail")).text
    await api.post("/api/services/dispatch/resume", status=409, work="tick")


async def test_the_command_line_lists_tries_again_leaves_and_resumes(url: str, dispatch: MadeUpService) -> None:
    assert "hand_over unknown_code 2 2026-11-12 11:00" in " ".join((await puls("stuck", url=url)).out.split())
    assert (await puls("stuck", "--work", "tick", url=url)).out == "Nothing is stuck.\n"
    which = ("dispatch", "--work", "hand_over", "--reason", "unknown_code")
    listed = await puls("stuck", "list", *which, "--json", url=url)
    assert '"key": "a"' in listed.out
    assert "Tried again: 1 item." in (await puls("stuck", "retry", *which, "--key", "a", url=url)).out
    assert "Left: 1 item." in (await puls("stuck", "leave", *which, "--because", "a trial", url=url)).out
    assert [stuck["key"] for stuck in dispatch.items] == ["c"]
    assert "dispatch goes on with hand over." in (await puls("resume", "dispatch", "--work", "hand_over", url=url)).out
    assert dispatch.resumed_work == ["hand_over"]
