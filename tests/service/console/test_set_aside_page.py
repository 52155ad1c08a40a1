"""The pages of records that were set aside."""

from datetime import timedelta

from services.console.store import set_aside as rows
from shared.runtime import Transaction
from shared.runtime.database import Database
from tests.service.console.api_client import NOW, consumed
from tests.service.console.console_app import Operator
from tests.service.console.consuming import consume
from tests.support.builders import STARTED_AT, included, set_aside


async def test_records_that_wait_come_before_those_that_were_published_again(tx: Transaction) -> None:
    later = STARTED_AT + timedelta(hours=1)
    again, old, new = (
        set_aside(offset=1, occurred_at=later),
        set_aside(offset=2),
        set_aside(offset=3, occurred_at=later),
    )
    await consume(tx, again, old, new)
    await rows.redrive(tx, [again.id], later, "anna")
    assert [record["id"] for record in await rows.browse(tx, None, None, None, 9)] == [new.id, old.id, again.id]


async def test_a_record_about_an_invitation_leads_to_its_story(operator: Operator, db: Database) -> None:
    record = set_aside()
    await consumed(db, record)
    await operator.log_in()
    assert f'href="/invitations/{included().invitation.id}"' in (await operator.get(f"/set-aside/{record.id}")).text


async def test_a_record_that_cannot_be_read_leads_nowhere(operator: Operator, db: Database) -> None:
    record = set_aside(record_value="W10=")
    await consumed(db, record)
    await operator.log_in()
    shown = await operator.get(f"/set-aside/{record.id}")
    assert (shown.status, "/invitations/" in shown.text) == (200, False)


async def test_a_record_that_is_left_needs_nobody_and_is_kept(operator: Operator, db: Database) -> None:
    record = set_aside()
    await consumed(db, record)
    await operator.log_in()
    assert "1 record set aside by karens" in (await operator.get("/")).text
    assert "Leave 1 record?" in (await operator.get(f"/set-aside/leave?id={record.id}")).text
    await operator.post("/set-aside/leave", id=str(record.id), because="a trial")
    assert "set aside by karens" not in (await operator.get("/")).text
    assert "by admin: a trial" in (await operator.get(f"/set-aside/{record.id}")).text
    shown = (await operator.get("/trail")).text
    assert f"Left the record {record.id} as it is" in shown
    assert "Because: a trial" in shown


async def test_nothing_is_left_without_a_reason(operator: Operator, db: Database) -> None:
    record = set_aside()
    await consumed(db, record)
    await operator.log_in()
    for why in (" ", "asked by 010203-4567"):
        assert (await operator.post("/set-aside/leave", id=str(record.id), because=why)).status == 422
    assert "1 record set aside by karens" in (await operator.get("/")).text


async def test_a_record_that_was_published_again_and_comes_back_says_so(operator: Operator, db: Database) -> None:
    first, again = set_aside(), set_aside(offset=1, occurred_at=NOW + timedelta(hours=1))
    await consumed(db, first)
    await operator.log_in()
    await operator.post("/set-aside/redrive", id=str(first.id))
    await consumed(db, again)
    assert "It came back" in (await operator.get(f"/set-aside/{again.id}")).text
    assert "It came back" not in (await operator.get(f"/set-aside/{first.id}")).text


async def test_the_confirmation_counts_what_is_published_and_names_the_filter(operator: Operator, db: Database) -> None:
    await consumed(db, set_aside(), set_aside(service="dispatch"), set_aside(reason="too_old", offset=1))
    await operator.log_in()
    shown = (await operator.get("/set-aside/redrive?all=yes&reason=survey_unknown")).text
    assert "Publish 1 record again?" in shown
    assert "Alike in reason survey_unknown." in shown


async def test_an_address_with_a_character_that_no_text_can_hold_is_refused(operator: Operator) -> None:
    await operator.log_in()
    assert (await operator.get("/set-aside?service=%00")).status == 400
