"""What Kafka's client library cannot parse: set aside by its offset, or named where nothing at all can be read."""

from pathlib import Path

import pytest

from deploy.local.stack import Stack
from shared.events import PatientIncluded
from shared.runtime import outbox
from tests.runtime.test_bad_records import halted, resume, set_aside
from tests.runtime.trial import Trial, until
from tests.support import record_batches
from tests.support.builders import included, invitations
from tests.support.record_batches import NO_TEXT, STAND_IN, Record

EVENTS = [included(about) for about in invitations(5)]
INSERT = "INSERT INTO runtime.outbox (topic, value, headers) VALUES ($1, $2, $3)"
CLEARED = "SELECT count(*) FROM decision"


def record(event: PatientIncluded, *names: str) -> Record:
    headers = [(name, b"1") for name in names]
    return event.key.encode(), event.to_json(), [*headers, ("kind", event.kind().encode())]


@pytest.mark.parametrize("compression", ["none", "gzip"])
async def test_a_header_name_that_is_no_text_costs_only_its_record(trial: Trial, compression: str) -> None:
    first, odd, *others = EVENTS
    batch = [record(first), record(odd, STAND_IN), *map(record, others)]
    await record_batches.produce(trial.kafka, trial.topic("inclusion"), 7, record_batches.batch(batch, compression))
    trial.start()
    await trial.at_rest()
    [aside] = await set_aside(trial)
    assert (aside.failure, aside.reason, aside.partition, aside.offset) == ("unreadable", "unparsed", 7, 1)
    assert [header.name for header in aside.exact_headers or ()] == [_base64(NO_TEXT), _base64(b"kind")]
    assert await trial.query(CLEARED) == 4
    original = aside.original()
    await trial.rows(INSERT, original.topic, original.value, outbox.HEADERS.dump_json(tuple(original.headers)))
    await until(lambda: _is(trial, 5), "the record published again to be taken")


async def test_where_nothing_can_be_read_the_service_names_the_place_and_what_passes_over_it(
    trial: Trial, kafka: str, servers: Stack
) -> None:
    assert kafka == servers.addresses.kafka, "this test lays hands on the broker's own files"
    batch = record_batches.batch([record(event) for event in EVENTS[:3]])
    await record_batches.produce(trial.kafka, trial.topic("inclusion"), 7, batch)
    spoil(servers.folder / "kafka", trial.topic("inclusion"), 7)
    await trial.publish(EVENTS[3:])
    trial.start()
    because = await until(lambda: halted(trial), "karens to stop itself")
    assert f"{trial.topic('inclusion')}/7, offsets 0 to 2" in because
    assert "puls resume karens --set-aside 1" in because
    resume(trial, allowing=1)
    await trial.at_rest()
    [aside] = await set_aside(trial)
    assert (aside.reason, aside.offset, aside.record_value) == ("unparsed", 0, "")
    assert await trial.query(CLEARED) == 2


def spoil(folder: Path, topic: str, partition: int) -> None:
    """As a bad disk would: one bit of what the broker has written is another."""
    [segment] = folder.rglob(f"{topic}-{partition}/*.log")
    with segment.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)
        file.seek(-1, 2)
        file.write(bytes([last[0] ^ 1]))


def _base64(name: bytes) -> str:
    return outbox.Header.of(name.decode(errors="surrogateescape"), None).name


async def _is(trial: Trial, decided: int) -> bool:
    return await trial.query(CLEARED) == decided
