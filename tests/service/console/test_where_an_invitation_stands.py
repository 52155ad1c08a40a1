"""Each fact moves an invitation to where it is counted, and proof of delivery beats everything."""

import pytest

from shared.events import Event
from shared.runtime import Transaction
from tests.service.console.consuming import account_of, consume, terms_of
from tests.support.builders import (
    cleared,
    closed,
    closing_due,
    declined,
    delivered,
    dropped,
    failed,
    included,
    opted_out,
    quarantined,
    reminder_cancelled,
    reminder_due,
    response_received,
    stopped,
    submitted,
    unreached,
    withdrawn,
)

CLEARED = [included(), cleared()]
SENT = [*CLEARED, submitted()]
ARRIVED = [*SENT, delivered()]

LIVES: dict[str, tuple[list[Event], dict[str, object]]] = {
    "drawn, and not decided on": ([included()], {"undecided": 1}),
    "withdrawn, and karens has not said so": ([included(), withdrawn()], {"undecided": 1}),
    "asked too recently": ([included(), quarantined()], {"quarantined": 1}),
    "dropped before a decision": ([included(), dropped(reason="withdrawn")], {"dropped": {"withdrawn": 1}}),
    "cleared": (CLEARED, {"cleared": 1, "in_delivery": 1}),
    "heard of first by its clearing": ([cleared()], {"cleared": 1, "in_delivery": 1}),
    "handed over before its clearing is heard": ([submitted()], {"undecided": 1}),
    "handed over": (SENT, {"cleared": 1, "in_delivery": 1}),
    "failed, and another channel may be tried": ([*SENT, failed()], {"cleared": 1, "in_delivery": 1}),
    "no channel left": (
        [*CLEARED, failed(), unreached(reason="exempt")],
        {"cleared": 1, "undeliverable": {"exempt": 1}},
    ),
    "stopped before hand-over": (
        [*CLEARED, stopped(), unreached(reason="wave_stopped", stopped=True)],
        {"cleared": 1, "stopped": {"wave_stopped": 1}},
    ),
    "opted out elsewhere before hand-over, and closed": (
        [*CLEARED, unreached(reason="opted_out", stopped=True), closed(outcome="opted_out")],
        {"cleared": 1, "stopped": {"opted_out": 1}},
    ),
    "delivered": (ARRIVED, {"cleared": 1, "delivered": 1, "open": 1}),
    "delivered after it was told as unreached": (
        [*SENT, unreached(), delivered()],
        {"cleared": 1, "delivered": 1, "open": 1},
    ),
    "its reminder failed": ([*ARRIVED, failed(number=1)], {"cleared": 1, "delivered": 1, "open": 1}),
    "its reminder arrived, its own letter was never confirmed": (
        [*SENT, delivered(number=1)],
        {"cleared": 1, "in_delivery": 1},
    ),
    "closed and never confirmed": (
        [*SENT, closing_due(), closed(outcome="unanswered")],
        {"cleared": 1, "unconfirmed": 1},
    ),
    "closed before its hand-over is heard": (
        [*CLEARED, closed(outcome="withdrawn")],
        {"cleared": 1, "in_delivery": 1},
    ),
    "confirmed after it was closed": (
        [*SENT, closed(outcome="unanswered"), delivered()],
        {"cleared": 1, "delivered": 1, "unanswered": 1},
    ),
    "answered without a receipt": ([*SENT, response_received()], {"cleared": 1, "delivered": 1, "open": 1}),
    "declined without a receipt": ([*SENT, declined()], {"cleared": 1, "delivered": 1, "open": 1}),
    "opted out on its page without a receipt": ([*SENT, opted_out()], {"cleared": 1, "delivered": 1, "open": 1}),
    "opted out elsewhere after hand-over, never confirmed": (
        [*SENT, closed(outcome="opted_out")],
        {"cleared": 1, "unconfirmed": 1},
    ),
    "answered though told as failed": (
        [*SENT, failed(), unreached(), response_received(), closed(outcome="complete")],
        {"cleared": 1, "delivered": 1, "complete": 1},
    ),
    "partial, and the answer itself is not heard of": (
        [*SENT, closed(outcome="partial")],
        {"cleared": 1, "delivered": 1, "partial": 1},
    ),
    "withdrawn after delivery": (
        [*ARRIVED, withdrawn(), closed(outcome="withdrawn")],
        {"cleared": 1, "delivered": 1, "withdrawn": 1},
    ),
}


@pytest.mark.parametrize("life", LIVES)
async def test_an_invitation_stands_where_its_facts_put_it(life: str, tx: Transaction) -> None:
    facts, expected = LIVES[life]
    await consume(tx, *facts)
    wave = await account_of(tx)
    assert terms_of(wave) == expected
    assert (wave.invitations, wave.does_not_add_up) == (1, [])


@pytest.mark.parametrize("life", LIVES)
async def test_in_flight_is_whoever_is_undecided_in_delivery_or_open(life: str, tx: Transaction) -> None:
    facts, expected = LIVES[life]
    await consume(tx, *facts)
    assert (await account_of(tx)).in_flight == len({"undecided", "in_delivery", "open"} & expected.keys())


REMINDERS: dict[str, tuple[list[Event], dict[str, object]]] = {
    "told as due": ([reminder_due()], {"due": 1, "waiting": 1}),
    "cancelled, and not stopped yet": ([reminder_due(), reminder_cancelled()], {"due": 1, "waiting": 1}),
    "stopped": ([reminder_due(), stopped(number=1, reason="answered")], {"due": 1, "stopped": {"answered": 1}}),
    "handed over": ([reminder_due(), submitted(number=1)], {"due": 1, "submitted": 1}),
    "handed over before it is heard of as due": ([submitted(number=1)], {"due": 1, "submitted": 1}),
    "delivered": ([reminder_due(), submitted(number=1), delivered(number=1)], {"due": 1, "delivered": 1}),
    "failed": ([reminder_due(), failed(number=1, reason="dead")], {"due": 1, "failed": {"dead": 1}}),
    "delivered after it failed": ([failed(number=1), delivered(number=1)], {"due": 1, "delivered": 1}),
    "two of them": ([reminder_due(number=1), reminder_due(number=2)], {"due": 2, "waiting": 2}),
}


@pytest.mark.parametrize("life", REMINDERS)
async def test_a_reminder_stands_where_its_facts_put_it(life: str, tx: Transaction) -> None:
    facts, expected = REMINDERS[life]
    await consume(tx, included(), *facts)
    wave = await account_of(tx)
    assert {term: n for term, n in wave.reminders.model_dump().items() if n} == expected
    assert wave.does_not_add_up == []
