"""Letters that were handed over, and whose receipt is missing."""

from datetime import datetime, timedelta

from services.console.store import receipts
from shared.events import Invitation
from shared.runtime import Transaction
from shared.runtime.database import Database
from tests.service.console.api_client import consumed
from tests.service.console.console_app import Operator
from tests.service.console.consuming import consume
from tests.support.builders import (
    STARTED_AT,
    WAVE,
    cleared,
    closed,
    delivered,
    failed,
    included,
    invitations,
    reminder_due,
    response_received,
    submitted,
    wave_started,
)

DAY = timedelta(days=1)


async def overdue(tx: Transaction, handed_over: datetime) -> list[tuple[Invitation | object, int]]:
    found = await receipts.overdue_letters(tx, WAVE, handed_over, 100)
    return [(letter["invitation"], letter["number"]) for letter in found]


async def test_a_letter_is_overdue_from_the_moment_its_receipt_should_have_come(tx: Transaction) -> None:
    (one,) = invitations(1)
    await consume(tx, cleared(one), submitted(one, occurred_at=STARTED_AT))
    assert await overdue(tx, STARTED_AT - timedelta(seconds=1)) == []
    assert await overdue(tx, STARTED_AT) == [(one.id, 0)]
    assert await receipts.overdue(tx, {WAVE: STARTED_AT}) == [{"wave": WAVE, "letters": 1, "oldest": STARTED_AT}]


async def test_of_a_letter_of_which_anything_was_heard_nothing_is_awaited(tx: Transaction) -> None:
    arrived, refused, answered, ended = invitations(4)
    await consume(tx, *(cleared(invitation) for invitation in (arrived, refused, answered, ended)))
    await consume(
        tx, *(submitted(invitation, occurred_at=STARTED_AT) for invitation in (arrived, refused, answered, ended))
    )
    await consume(tx, delivered(arrived), failed(refused), response_received(answered), closed(ended))
    assert await overdue(tx, STARTED_AT + DAY) == []


async def test_a_reminder_is_awaited_until_its_invitation_is_answered(tx: Transaction) -> None:
    (one,) = invitations(1)
    await consume(tx, cleared(one), submitted(one), delivered(one), reminder_due(one), submitted(one, number=1))
    assert await overdue(tx, STARTED_AT + 99 * DAY) == [(one.id, 1)]
    await consume(tx, response_received(one))
    assert await overdue(tx, STARTED_AT + 99 * DAY) == []


async def test_overdue_receipts_are_on_the_overview_and_listed_with_their_letters(
    operator: Operator, db: Database
) -> None:
    (one,) = invitations(1)
    long_ago = STARTED_AT - 400 * DAY
    await consumed(db, wave_started(), included(one), cleared(one), submitted(one, occurred_at=long_ago))
    await operator.log_in()
    overview = await operator.get("/")
    assert "1 letter of lup-somatik-2026-10 handed over, and no receipt came" in overview.text
    listed = await operator.get(f"/waves/{WAVE}/receipts")
    assert (listed.page, listed.text.count("/letters/")) == ("receipts", 1)
