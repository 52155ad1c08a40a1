"""What is told: refused by the broker, too large, and everything else all the same."""

from shared.events import Header
from shared.runtime import outbox
from tests.runtime.input import months
from tests.runtime.test_bad_records import set_aside
from tests.runtime.trial import Trial, until
from tests.support.builders import included, invitations

INSERT = """
INSERT INTO runtime.outbox (topic, kind, key, value)
SELECT $1, 'InvitationCleared.v1', CASE number % 2 WHEN 0 THEN 'one person' ELSE 'another' END::bytea,
       convert_to(repeat('x', size) || number, 'UTF8')
FROM unnest($2::int[]) WITH ORDINALITY AS row (size, number)
"""
INSERT_WITH_HEADERS = "INSERT INTO runtime.outbox (topic, value, headers) VALUES ($1, '', $2)"


async def test_a_row_that_the_broker_refuses_is_put_aside_and_the_others_are_told_once(trial: Trial) -> None:
    sizes = [10] * 50 + [1_100_000] + [10] * 50 + [2_000_000] + [10] * 50
    await trial.rows(INSERT, trial.topic("karens"), sizes)
    trial.start()
    await until(lambda: nothing_to_tell(trial), "the outbox to be empty")
    told = [one.value.decode().lstrip("x") for one in await trial.records("karens")]
    assert sorted(map(int, told)) == [number for number in range(1, 153) if number not in (51, 102)]
    refused = await trial.rows("SELECT id, reason FROM runtime.outbox_refused ORDER BY id")
    assert [tuple(row) for row in refused] == [(51, "MessageSizeTooLargeError"), (102, "MessageSizeTooLargeError")]
    status = await until(trial.status, "a status")
    assert status["outbox"]["refused"] == 2


async def test_a_record_published_again_goes_out_with_its_headers_byte_for_byte(trial: Trial) -> None:
    had = [("trace", b"\xff\0"), ("kind", b"\xff\xfe"), ("trace", None)]
    told = outbox.HEADERS.dump_json(tuple(Header.of(*one) for one in had))
    await trial.rows(INSERT_WITH_HEADERS, trial.topic("karens"), told)
    trial.start()
    await until(lambda: nothing_to_tell(trial), "the outbox to be empty")
    [record] = await trial.records("karens")
    assert list(record.headers) == had


async def nothing_to_tell(trial: Trial) -> bool:
    return await trial.query("SELECT count(*) FROM runtime.outbox") == 0


async def test_what_lies_beyond_a_refused_row_is_still_told(trial: Trial) -> None:
    await trial.rows(INSERT, trial.topic("karens"), [1_100_000])
    trial.start()
    first, *_ = months(60)
    await trial.publish(first)
    await trial.at_rest()
    assert len(await trial.told()) == 60


async def test_a_record_whose_event_would_be_too_large_to_tell_is_set_aside(trial: Trial) -> None:
    """The invitation travels along in what karens tells: one with a name of 300,000 letters cannot."""
    one, *others = invitations(21)
    unit = one.unit_path[0].model_copy(update={"name": "x" * 300_000})
    large = included(one.model_copy(update={"unit_path": (unit,)}))
    await trial.publish(
        [*(included(about) for about in others[:10]), large, *(included(about) for about in others[10:])]
    )
    trial.start()
    await trial.at_rest()
    [aside] = await set_aside(trial)
    assert (aside.failure, aside.reason) == ("failed", "toolarge")
    assert aside.original().value == large.to_json()
    assert len(await trial.told()) == 20
