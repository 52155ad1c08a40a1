"""Stuck work: items of rounds and errands that could not be done, found, tried again, or left as they are."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from services.console.commands import stuck_work as commands
from services.console.commands.reasons import LONGEST_REASON
from services.console.commands.stuck_work import StuckItems
from services.console.domain.problem import Problem
from services.console.domain.service_status import Stuck
from services.console.domain.words import counted, spaced
from services.console.monitor import Snapshot
from services.console.page_request import PageRequest
from services.console.rendering import redirect
from services.console.store import audit
from shared.runtime import reading

SHOWN_AT_ONCE = 100
LATEST = 5
NAMES = ("service", "work", "reason")


def groups(snapshot: Snapshot) -> list[tuple[str, Stuck]]:
    """(service, what is stuck in it)"""
    return [(service.name, group) for service in snapshot.services.values() for group in service.stuck]


async def browse(request: PageRequest) -> Response:
    chosen = {name: request.query(name) for name in NAMES}
    items: Sequence[dict[str, Any]] = []
    if chosen["service"] and chosen["work"]:
        asked = StuckItems.model_validate(chosen)
        items = await commands.browse(asked, request.query("after"), request.context)
    async with reading() as tx:
        entries = await audit.latest(tx, LATEST, ["retry_stuck", "leave_stuck"])
    shown = items[:SHOWN_AT_ONCE]
    return request.render(
        "stuck",
        "Stuck work",
        groups=groups(await request.context.monitor.snapshot()),
        chosen=chosen,
        query=urlencode(_given(chosen)),
        items=shown,
        after=shown[-1]["key"] if len(shown) < len(items) else None,
        entries=entries,
    )


async def confirm_retry(request: PageRequest) -> Response:
    items, many = await _to_confirm(request)
    return request.render(
        "confirm",
        f"Try {counted(many, 'stuck item')} again?",
        text=f"{_in_words(items)} They are done as if they had never failed; what cannot be done now either is stuck "
        "again. Mend the cause first.",
        button="Try again",
        grave=False,
        **_form(items),
    )


async def confirm_leave(request: PageRequest) -> Response:
    items, many = await _to_confirm(request)
    return request.render(
        "leave",
        f"Leave {counted(many, 'stuck item')}?",
        text=f"{_in_words(items)} Nothing more is done about them, and nobody is asked to see to them any more.",
        longest=LONGEST_REASON,
        **_form(items),
    )


async def retry(request: PageRequest) -> Response:
    items = _sent(request)
    await commands.retry(items, request.context, request.operator)
    return redirect("/stuck")


async def leave(request: PageRequest) -> Response:
    items = _sent(request)
    await commands.leave(items, request.field("because"), request.context, request.operator)
    return redirect("/stuck")


async def _to_confirm(request: PageRequest) -> tuple[StuckItems, int]:
    """What a confirmation is about, and how many items. Raises Problem where there are none."""
    keys = request.http.query_params.getlist("key")
    if not keys and not request.query("all"):
        raise Problem(422, "no item is chosen", expected="at least one", what_to_do="go back and choose some")
    items = _items({name: request.query(name) for name in NAMES}, keys)
    found = groups(await request.context.monitor.snapshot())
    many = len(keys) or sum(group.count for service, group in found if _is_of(items, service, group))
    if not many:
        raise Problem(409, "nothing of it is stuck", expected="work that is", what_to_do="go back to the list")
    return items, many


def _is_of(items: StuckItems, service: str, group: Stuck) -> bool:
    return (items.service, items.work) == (service, group.work) and items.reason in (None, group.reason)


def _sent(request: PageRequest) -> StuckItems:
    """The items that a form names: those with these keys, or all where it says so. Raises Problem."""
    keys = request.form.get("key", ())
    if not keys and not request.field("all"):
        raise Problem(422, "no item is chosen", expected="at least one", what_to_do="go back and choose some")
    return _items({name: request.field(name) for name in NAMES}, keys)


def _items(named: dict[str, str | None], keys: Sequence[str]) -> StuckItems:
    if not named["service"] or not named["work"]:
        what_to_do = "go back to the list"
        raise Problem(422, "no work is named", expected="a service and a work of it", what_to_do=what_to_do)
    return StuckItems.model_validate({**named, "reason": named["reason"] or None, "keys": list(keys) or None})


def _in_words(items: StuckItems) -> str:
    reason = f", for the reason {spaced(items.reason)}" if items.reason else ""
    return f"They are of {items.service}'s {spaced(items.work)}{reason}."


def _form(items: StuckItems) -> dict[str, Any]:
    """What a confirmation sends on, and where it leads back to."""
    named = _given({name: getattr(items, name) for name in NAMES})
    which = [("key", key) for key in items.keys or ()] or [("all", "yes")]
    return {"fields": [*named, *which], "back": f"/stuck?{urlencode(named)}"}


def _given(named: dict[str, str | None]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in named.items() if value]
