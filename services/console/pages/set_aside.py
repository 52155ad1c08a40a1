"""Records that a service could not take: found, looked at without their persons, and published again."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from services.console import acts
from services.console.acts import Alike
from services.console.domain.masking import masked, without_numbers
from services.console.domain.problem import Problem
from services.console.rendering import go_to
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
        redriven = await trail.latest(tx, LATEST, ["redrive", "redrive_one"])
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
        all_alike=f"/set-aside/redrive?{urlencode([('all', 'yes'), *_given(alike)])}",
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
    ids, alike = _chosen(visit.request.query_params.getlist("id")), _alike(visit.request.query_params)
    if not ids and not visit.asked("all"):
        raise Problem(422, "no record is chosen", expected="at least one", what_to_do="go back and choose some")
    async with reading() as tx:
        many = len(ids or await set_aside.waiting(tx, alike.service, alike.topic, alike.reason))
    if not many:
        raise Problem(409, "none of these records waits", expected="one that does", what_to_do="go back to the list")
    fields = [("id", str(one)) for one in ids] or [("all", "yes"), *_given(alike)]
    return visit.page(
        "confirm",
        f"Publish {many:,} {'record' if many == 1 else 'records'} again?",
        text="They go to their topics as they were, byte for byte, and every service that reads the topic sees them "
        "again. That is harmless where they were taken meanwhile."
        + (f" {REDRIVEN_AT_ONCE:,} at most go at once, the oldest first." if many > REDRIVEN_AT_ONCE else ""),
        button="Publish again",
        fields=fields,
        back=f"/set-aside/{ids[0]}" if len(ids) == 1 else _address(alike),
        grave=False,
    )


async def redrive(visit: Visit) -> Response:
    ids, alike = _chosen(visit.fields.get("id", ())), _alike({name: visit.sent(name) for name in visit.fields})
    if ids:
        await acts.redrive(ids, visit.operator)
    elif visit.sent("all"):
        await acts.redrive_alike(alike, REDRIVEN_AT_ONCE, visit.operator)
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
