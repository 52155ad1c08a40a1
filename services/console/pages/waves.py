"""Waves: all of them, and one with everybody in it accounted for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from starlette.responses import Response

from services.console.commands.wave_requests import unknown_wave
from services.console.domain.account import Account, Delivery, Share, Wave, size
from services.console.domain.lines import LINES
from services.console.domain.waves import TRANSITIONS, receipts_due_before
from services.console.overview import progress, recent
from services.console.page_request import PageRequest
from services.console.store import accounts, receipts, requests
from shared.runtime import now, reading

COLUMNS = ("contacts", "included", "quarantined", "cleared", "delivered", "complete", "in_flight")
BY: dict[str, Literal["region", "unit"]] = {"region": "region", "unit": "unit"}


async def show_all(request: PageRequest) -> Response:
    since = None if request.query("all") else recent()
    async with reading() as tx:
        waves = await accounts.waves(tx, since=since)
    return request.render("waves", "Waves", waves=waves, since=since)


async def show(request: PageRequest) -> Response:
    name, by = request.http.path_params["wave"], BY.get(request.query("by") or "")
    surveys = request.context.surveys
    async with reading() as tx:
        found = await accounts.waves(tx, name)
        if not found:
            raise unknown_wave(name)
        shares = await accounts.shares(tx, name, by) if by else []
        history = await requests.history(tx, [name])
        handed_over = await accounts.last_handed_over(tx, [name])
        late = await receipts.overdue(tx, receipts_due_before(found, surveys, now()))
    wave = found[0]
    return request.render(
        "wave",
        name,
        progress=progress(wave, surveys, handed_over.get(name)),
        **_by_share(by, shares, request.query("part")),
        rows_of=[_rows_of(delivery) for delivery in wave.deliveries],
        lines=list(lines(wave)),
        history=list(reversed(history)),
        actions=possible_actions(wave),
        overdue=sum(letters["letters"] for letters in late),
    )


def _by_share(by: str | None, shares: Sequence[Share], code: str | None) -> dict[str, Any]:
    """Each region's or unit's share, and the whole account of the one that is asked for."""
    rows = [
        {"part": share.part, "name": share.name, "numbers": [size(share, term) for term in COLUMNS]}
        for share in sorted(shares, key=lambda share: (share.name or "", share.part))
    ]
    return {"by": by, "columns": COLUMNS, "shares": rows, "chosen": _chosen(shares, code)}


def _chosen(shares: Sequence[Share], code: str | None) -> dict[str, Any] | None:
    found = next((share for share in shares if share.part == code), None)
    if found is None:
        return None
    return {"part": found.part, "name": found.name, "invitations": found.invitations, "lines": list(lines(found))}


def possible_actions(wave: Wave) -> list[str]:
    """What can be asked of it that would change anything."""
    if wave.status == "ended":
        return []
    return [
        action
        for action in ("pause", "resume", "stop")
        if TRANSITIONS.get((wave.wanted, action), wave.wanted) != wave.wanted
        or (action == "resume" and wave.status == "held")
    ]


def lines(counted: Account) -> Iterator[dict[str, Any]]:
    """Each line of the identity: the whole, and its terms with their reasons."""
    for whole, parts in LINES.items():
        total = size(counted, whole)
        yield {"term": whole, "number": total, "terms": [_term(counted, part, total) for part in parts]}


def _rows_of(delivery: Delivery) -> dict[str, Any]:
    """The line of a register extract: its rows, and what they are the sum of."""
    total = delivery.rows or 0
    terms = [_counted(term, getattr(delivery, term) or 0, total) for term in ("contacts", "superseded", "rejected")]
    return {"delivery": delivery.delivery, "number": delivery.rows, "terms": terms}


def _term(counted: Account, term: str, total: int) -> dict[str, Any]:
    value: Any = counted
    for name in term.split("."):
        value = getattr(value, name)
    return _counted(term, value, total)


def _counted(term: str, value: int | Mapping[str, int], total: int) -> dict[str, Any]:
    reasons = sorted(value.items(), key=lambda item: -item[1]) if isinstance(value, Mapping) else []
    number = sum(value.values()) if isinstance(value, Mapping) else value
    return {"term": term, "number": number, "share": 100 * number / max(total, 1), "reasons": reasons}
