"""Waves: all of them, and one with everybody in it accounted for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from starlette.responses import Response

from services.console.acts import unknown_wave
from services.console.domain.account import Account, Delivery, Part, Wave, size
from services.console.domain.lines import LINES
from services.console.domain.waves import WAVE_LIFE
from services.console.pages.overview import picture, recent
from services.console.pages.receipts import latest_without
from services.console.store import accounts, receipts, requests
from services.console.visits import Visit
from shared.runtime import reading

SHARE = ("contacts", "included", "quarantined", "cleared", "delivered", "complete", "in_flight")
BY: dict[str, Literal["region", "unit"]] = {"region": "region", "unit": "unit"}


async def show_all(visit: Visit) -> Response:
    since = None if visit.asked("all") else recent()
    async with reading() as tx:
        waves = await accounts.waves(tx, since=since)
    return visit.page("waves", "Waves", waves=waves, since=since)


async def show(visit: Visit) -> Response:
    name, by = visit.request.path_params["wave"], BY.get(visit.asked("by") or "")
    async with reading() as tx:
        found = await accounts.waves(tx, name)
        if not found:
            raise unknown_wave(name)
        parts = await accounts.parts(tx, name, by) if by else []
        trail = await requests.trail(tx, [name])
        handed_over = await accounts.last_handed_over(tx, [name])
        late = await receipts.overdue(tx, latest_without(found, visit.ground.surveys))
    wave = found[0]
    return visit.page(
        "wave",
        name,
        **picture(visit, wave, handed_over.get(name)),
        **_by_part(by, parts, visit.asked("part")),
        rows_of=[_rows_of(one) for one in wave.deliveries],
        lines=list(lines(wave)),
        trail=list(reversed(trail)),
        may=may(wave),
        overdue=sum(one["letters"] for one in late),
    )


def _by_part(by: str | None, parts: Sequence[Part], code: str | None) -> dict[str, Any]:
    """Each region's or unit's share, and the whole account of the one that is asked for."""
    shares = [
        {"part": one.part, "name": one.name, "numbers": [size(one, term) for term in SHARE]}
        for one in sorted(parts, key=lambda one: (one.name or "", one.part))
    ]
    return {"by": by, "share": SHARE, "parts_of": shares, "chosen": _chosen(parts, code)}


def _chosen(parts: Sequence[Part], code: str | None) -> dict[str, Any] | None:
    found = next((one for one in parts if one.part == code), None)
    if found is None:
        return None
    return {"part": found.part, "name": found.name, "invitations": found.invitations, "lines": list(lines(found))}


def may(wave: Wave) -> list[str]:
    """What can be asked of it that would change anything."""
    if wave.standing == "ended":
        return []
    return [
        asked
        for asked in ("pause", "resume", "stop")
        if WAVE_LIFE.get((wave.wanted, asked), wave.wanted) != wave.wanted
        or (asked == "resume" and wave.standing == "held")
    ]


def lines(counted: Account) -> Iterator[dict[str, Any]]:
    """Each line of the identity: the whole, and its terms with their reasons."""
    for whole, parts in LINES.items():
        total = size(counted, whole)
        yield {"term": whole, "number": total, "terms": [_term(counted, part, total) for part in parts]}


def _rows_of(one: Delivery) -> dict[str, Any]:
    """The line of a register extract: its rows, and what they are the sum of."""
    total = one.rows or 0
    terms = [_part(term, getattr(one, term) or 0, total) for term in ("contacts", "superseded", "rejected")]
    return {"delivery": one.delivery, "number": one.rows, "terms": terms}


def _term(counted: Account, term: str, total: int) -> dict[str, Any]:
    value: Any = counted
    for name in term.split("."):
        value = getattr(value, name)
    return _part(term, value, total)


def _part(term: str, value: int | Mapping[str, int], total: int) -> dict[str, Any]:
    reasons = sorted(value.items(), key=lambda one: -one[1]) if isinstance(value, Mapping) else []
    number = sum(value.values()) if isinstance(value, Mapping) else value
    return {"term": term, "number": number, "share": 100 * number / max(total, 1), "reasons": reasons}
