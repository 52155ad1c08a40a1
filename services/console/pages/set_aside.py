"""Records that a service could not take: found, looked at without their persons, and published again."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from services.console.commands import set_aside_records as commands
from services.console.commands.reasons import LONGEST_REASON
from services.console.commands.set_aside_records import RecordFilter
from services.console.domain.masking import masked, without_numbers
from services.console.domain.problem import Problem
from services.console.domain.words import counted
from services.console.page_request import PageRequest, uuid_of
from services.console.pages.stuck import groups as groups_of_stuck
from services.console.rendering import first_up, redirect
from services.console.store import audit, set_aside
from shared.runtime import reading

SHOWN_AT_ONCE = 100
REDRIVEN_AT_ONCE = 5000
LATEST = 5


async def browse(request: PageRequest) -> Response:
    chosen = _filter(request.http.query_params)
    async with reading() as tx:
        groups = await set_aside.groups(tx)
        found = await set_aside.browse(tx, chosen.service, chosen.topic, chosen.reason, SHOWN_AT_ONCE)
        entries = await audit.latest(tx, LATEST, ["redrive", "redrive_one", "leave", "leave_one"])
    matching = [group for group in groups if all(value in (None, group[name]) for name, value in chosen)]
    return request.render(
        "set_aside",
        "Set aside",
        chosen=chosen,
        groups=groups,
        entries=entries,
        stuck=groups_of_stuck(await request.context.monitor.snapshot()),
        choices={name: sorted({group[name] for group in groups}) for name in ("service", "topic", "reason")},
        records=[{**record, "detail": without_numbers(record["detail"])} for record in found],
        total=sum(group["records"] for group in matching),
        waiting=sum(group["waiting"] for group in matching),
        all_matching=urlencode([("all", "yes"), *_given(chosen)]),
    )


async def show(request: PageRequest) -> Response:
    id_ = uuid_of(request.http.path_params["id"])
    async with reading() as tx:
        found = await set_aside.record(tx, id_) if id_ else None
    if found is None:
        raise _unknown()
    fields = masked(found["record_value"])
    return request.render(
        "record",
        "A record set aside",
        record={**found, "detail": without_numbers(found["detail"])},
        fields=None if fields is None else json.dumps(fields, indent=2, ensure_ascii=False),
        invitation=_invitation(fields),
    )


async def confirm(request: PageRequest) -> Response:
    ids, chosen = await _to_confirm(request)
    at_once = ids[:REDRIVEN_AT_ONCE]
    async with reading() as tx:
        many = await set_aside.originals(tx, at_once)
    each = f" {len(at_once):,} services' tries at them are settled by that." if many < len(at_once) else ""
    most = f" {REDRIVEN_AT_ONCE:,} tries at most go at once, the oldest first." if len(ids) > len(at_once) else ""
    return request.render(
        "confirm",
        f"Publish {counted(many, 'record')} again?",
        text=f"{_in_words(request, chosen)}They go to their topics as they were, byte for byte, and every service that "
        f"reads the topic sees them again. That is harmless where they were taken meanwhile; "
        f"whoever still cannot take one sets it aside anew, whether it was left there or not.{each}{most}",
        button="Publish again",
        grave=False,
        **_form(request),
    )


async def confirm_leave(request: PageRequest) -> Response:
    ids, chosen = await _to_confirm(request)
    return request.render(
        "leave",
        f"Leave {counted(len(ids), 'record')}?",
        text=f"{_in_words(request, chosen)}What they say is acted upon by nobody. They are kept as they are, and "
        "nobody is asked to see to them any more; they can still be published again.",
        longest=LONGEST_REASON,
        **_form(request),
    )


async def _to_confirm(request: PageRequest) -> tuple[Sequence[UUID], RecordFilter]:
    """The records that a confirmation is about. Raises Problem where there are none."""
    ids, chosen = _ids(request.http.query_params.getlist("id")), _filter(request.http.query_params)
    if not ids and not request.query("all"):
        raise Problem(422, "no record is chosen", expected="at least one", what_to_do="go back and choose some")
    async with reading() as tx:
        found = ids or await set_aside.waiting(tx, chosen.service, chosen.topic, chosen.reason)
    if not found:
        raise Problem(409, "none of these records waits", expected="one that does", what_to_do="go back to the list")
    return found, chosen


def _form(request: PageRequest) -> dict[str, Any]:
    """What a confirmation sends on, and where it leads back to."""
    ids, chosen = _ids(request.http.query_params.getlist("id")), _filter(request.http.query_params)
    return {
        "fields": [("id", str(id_)) for id_ in ids] or [("all", "yes"), *_given(chosen)],
        "back": _back(ids, chosen),
    }


def _in_words(request: PageRequest, chosen: RecordFilter) -> str:
    """The filter in words, where one was chosen."""
    return f"{first_up(chosen.in_words())}. " if request.query("all") else ""


async def leave(request: PageRequest) -> Response:
    ids, chosen = _sent(request)
    if ids:
        await commands.leave(ids, request.field("because"), request.operator)
    elif request.field("all"):
        await commands.leave_matching(chosen, request.field("because"), request.operator)
    return redirect(_back(ids, chosen))


async def redrive(request: PageRequest) -> Response:
    ids, chosen = _sent(request)
    if ids:
        await commands.redrive(ids, request.operator)
    elif request.field("all"):
        await commands.redrive_matching(chosen, REDRIVEN_AT_ONCE, request.operator)
    return redirect(_back(ids, chosen))


def _sent(request: PageRequest) -> tuple[Sequence[UUID], RecordFilter]:
    """Which records a form names."""
    return _ids(request.form.get("id", ())), _filter({name: request.field(name) for name in request.form})


def _invitation(fields: Any) -> UUID | None:
    """Whose story the record is part of, as far as it can be read."""
    about = fields.get("invitation") if isinstance(fields, dict) else None
    return uuid_of(str(about.get("id"))) if isinstance(about, dict) else None


def _filter(given: Any) -> RecordFilter:
    return RecordFilter(**{name: given.get(name) or None for name in ("service", "topic", "reason")})


def _given(chosen: RecordFilter) -> list[tuple[str, str]]:
    return [(name, value) for name, value in chosen if value]


def _back(ids: Sequence[UUID], chosen: RecordFilter) -> str:
    """The address of the one record, else of the list."""
    if len(ids) == 1:
        return f"/set-aside/{ids[0]}"
    given = urlencode(_given(chosen))
    return f"/set-aside?{given}" if given else "/set-aside"


def _ids(texts: Sequence[str]) -> list[UUID]:
    found = [uuid_of(text) for text in texts]
    if None in found:
        raise _unknown()
    return [id_ for id_ in found if id_]


def _unknown() -> Problem:
    return Problem(
        404, "no record of that id is set aside", expected="an id of the list", what_to_do="go back to the list"
    )
