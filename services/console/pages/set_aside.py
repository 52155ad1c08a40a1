"""Records that a service could not take: found, looked at without their persons, and published again."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from services.console import aside
from services.console.aside import Alike
from services.console.domain.masking import masked, without_numbers
from services.console.domain.problem import Problem
from services.console.domain.trail import counted
from services.console.rendering import first_up, go_to
from services.console.store import set_aside, trail
from services.console.visits import Visit, uuid_of
from shared.runtime import reading

SHOWN_AT_ONCE = 100
REDRIVEN_AT_ONCE = 5000
LATEST = 5


async def browse(visit: Visit) -> Response:
    alike = Alike(service=visit.asked("service"), topic=visit.asked("topic"), reason=visit.asked("reason"))
    async with reading() as tx:
        groups = await set_aside.alike(tx)
        found = await set_aside.browse(tx, alike.service, alike.topic, alike.reason, SHOWN_AT_ONCE)
        redriven = await trail.latest(tx, LATEST, ["redrive", "redrive_one", "leave", "leave_one"])
    chosen = [one for one in groups if all(wanted in (None, one[name]) for name, wanted in alike)]
    return visit.page(
        "set_aside",
        "Set aside",
        alike=alike,
        groups=groups,
        redriven=redriven,
        choices={name: sorted({one[name] for one in groups}) for name in ("service", "topic", "reason")},
        records=[{**one, "detail": without_numbers(one["detail"])} for one in found],
        total=sum(one["records"] for one in chosen),
        waiting=sum(one["waiting"] for one in chosen),
        all_alike=urlencode([("all", "yes"), *_given(alike)]),
    )


async def show(visit: Visit) -> Response:
    id_ = uuid_of(visit.request.path_params["id"])
    async with reading() as tx:
        found = await set_aside.one(tx, id_) if id_ else None
    if found is None:
        raise _unknown()
    fields = masked(found["record_value"])
    return visit.page(
        "record",
        "A record set aside",
        record={**found, "detail": without_numbers(found["detail"])},
        fields=None if fields is None else json.dumps(fields, indent=2, ensure_ascii=False),
        invitation=_invitation(fields),
    )


async def confirm(visit: Visit) -> Response:
    ids, alike = await _asked(visit)
    at_once = ids[:REDRIVEN_AT_ONCE]
    async with reading() as tx:
        many = await set_aside.originals(tx, at_once)
    each = f" {len(at_once):,} services' tries at them are settled by that." if many < len(at_once) else ""
    most = f" {REDRIVEN_AT_ONCE:,} tries at most go at once, the oldest first." if len(ids) > len(at_once) else ""
    return visit.page(
        "confirm",
        f"Publish {counted(many, 'record')} again?",
        text=f"{_which(visit, alike)}They go to their topics as they were, byte for byte, and every service that reads "
        f"the topic sees them again. That is harmless where they were taken meanwhile; "
        f"whoever still cannot take one sets it aside anew, whether it was left there or not.{each}{most}",
        button="Publish again",
        grave=False,
        **_form(visit),
    )


async def confirm_leave(visit: Visit) -> Response:
    ids, alike = await _asked(visit)
    return visit.page(
        "leave",
        f"Leave {counted(len(ids), 'record')}?",
        text=f"{_which(visit, alike)}What they say is acted upon by nobody. They are kept as they are, and nobody is "
        "asked to see to them any more; they can still be published again.",
        longest=aside.LONGEST_REASON,
        **_form(visit),
    )


async def _asked(visit: Visit) -> tuple[Sequence[UUID], Alike]:
    """The records that a confirmation is about. Raises Problem where there are none."""
    ids, alike = _chosen(visit.request.query_params.getlist("id")), _alike(visit.request.query_params)
    if not ids and not visit.asked("all"):
        raise Problem(422, "no record is chosen", expected="at least one", what_to_do="go back and choose some")
    async with reading() as tx:
        found = ids or await set_aside.waiting(tx, alike.service, alike.topic, alike.reason)
    if not found:
        raise Problem(409, "none of these records waits", expected="one that does", what_to_do="go back to the list")
    return found, alike


def _form(visit: Visit) -> dict[str, Any]:
    """What a confirmation sends on, and where it leads back to."""
    ids, alike = _chosen(visit.request.query_params.getlist("id")), _alike(visit.request.query_params)
    return {
        "fields": [("id", str(one)) for one in ids] or [("all", "yes"), *_given(alike)],
        "back": f"/set-aside/{ids[0]}" if len(ids) == 1 else _address(alike),
    }


def _which(visit: Visit, alike: Alike) -> str:
    """The filter in words, where one was chosen."""
    return f"{first_up(alike.in_words())}. " if visit.asked("all") else ""


async def leave(visit: Visit) -> Response:
    ids, alike = _chosen(visit.fields.get("id", ())), _alike({name: visit.sent(name) for name in visit.fields})
    if ids:
        await aside.leave(ids, visit.sent("because"), visit.operator)
    elif visit.sent("all"):
        await aside.leave_alike(alike, visit.sent("because"), visit.operator)
    return go_to(f"/set-aside/{ids[0]}" if len(ids) == 1 else _address(alike))


async def redrive(visit: Visit) -> Response:
    ids, alike = _chosen(visit.fields.get("id", ())), _alike({name: visit.sent(name) for name in visit.fields})
    if ids:
        await aside.redrive(ids, visit.operator)
    elif visit.sent("all"):
        await aside.redrive_alike(alike, REDRIVEN_AT_ONCE, visit.operator)
    return go_to(f"/set-aside/{ids[0]}" if len(ids) == 1 else _address(alike))


def _invitation(fields: Any) -> UUID | None:
    """Whose story the record is part of, as far as it can be read."""
    about = fields.get("invitation") if isinstance(fields, dict) else None
    return uuid_of(str(about.get("id"))) if isinstance(about, dict) else None


def _alike(given: Any) -> Alike:
    return Alike(**{name: given.get(name) or None for name in ("service", "topic", "reason")})


def _given(alike: Alike) -> list[tuple[str, str]]:
    return [(name, value) for name, value in alike if value]


def _address(alike: Alike) -> str:
    given = urlencode(_given(alike))
    return f"/set-aside?{given}" if given else "/set-aside"


def _chosen(texts: Sequence[str]) -> list[UUID]:
    found = [uuid_of(text) for text in texts]
    if None in found:
        raise _unknown()
    return [one for one in found if one]


def _unknown() -> Problem:
    return Problem(
        404, "no record of that id is set aside", expected="an id of the list", what_to_do="go back to the list"
    )
