"""Everything comes again: twice, from the beginning, or backwards. The natural keys are what holds then."""

from typing import Any

from aiokafka.admin import AIOKafkaAdminClient

from tests.runtime.input import months
from tests.runtime.trial import Trial, until

MONTHS = months()


async def test_everything_delivered_twice_happens_once(trial: Trial, undisturbed: Any) -> None:
    trial.start()
    for part in MONTHS:
        await trial.publish([*part, *part])
        await trial.publish(part)
        await trial.at_rest()
    told = await trial.told()
    assert len(told) == len({one.id for one in told})
    assert await trial.effects() == undisturbed


async def test_with_the_offset_check_off_what_is_taken_twice_happens_once(trial: Trial, undisturbed: Any) -> None:
    trial.module = "tests.runtime.without_offset_check"
    trial.start()
    for part in MONTHS:
        await trial.publish(part)
        await trial.at_rest()
    told = await trial.told()
    assert len(told) == len({one.id for one in told})
    assert await trial.effects() == undisturbed


async def test_taken_again_from_the_beginning_nothing_happens(trial: Trial, undisturbed: Any) -> None:
    trial.start()
    for part in MONTHS:
        await trial.publish(part)
        await trial.at_rest()
    told = len(await trial.told())
    trial.kill()
    await trial.rows("UPDATE runtime.consumer_offset SET next_offset = 0")
    trial.start()
    await trial.at_rest()
    assert len(await trial.told()) == told
    assert await trial.effects() == undisturbed


async def test_records_published_again_by_hand_change_nothing(trial: Trial, undisturbed: Any) -> None:
    trial.start()
    for part in MONTHS:
        await trial.publish(part)
        await trial.at_rest()
    told = len(await trial.told())
    await trial.publish(MONTHS[0][::-7])
    await trial.at_rest()
    assert len(await trial.told()) == told
    assert await trial.effects() == undisturbed


async def test_a_stored_offset_set_back_is_where_the_service_goes_on(trial: Trial) -> None:
    """As after a restored backup: Kafka believes that everything was taken."""
    first, *_ = MONTHS
    trial.start()
    await trial.publish(first)
    await trial.at_rest()
    await until(lambda: kafka_believes_in(trial, len(first)), "Kafka to be told")
    trial.stop()
    await trial.rows("DELETE FROM decision")
    await trial.rows("UPDATE runtime.consumer_offset SET next_offset = 0")
    trial.start()
    await until(lambda: trial.query("SELECT count(*) >= $1 FROM decision", len(first)), "everything to be taken again")
    assert "opening the consumer anew" not in trial.log()


async def kafka_believes_in(trial: Trial, records: int) -> bool:
    """Whether so many records of inclusion's count as taken at the broker."""
    admin = AIOKafkaAdminClient(bootstrap_servers=trial.kafka)
    await admin.start()
    try:
        committed = await admin.list_consumer_group_offsets(f"{trial.prefix}.karens")
    finally:
        await admin.close()
    return sum(one.offset for place, one in committed.items() if place.topic == trial.topic("inclusion")) == records
