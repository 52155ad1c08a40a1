"""Record batches: what the client library cannot parse is one record, and never stops those beside it."""

import struct
from typing import Any

import pytest
from aiokafka import TopicPartition

from shared.runtime.record_batches import HEADER, Batches, Gap, Partition, Unparsed, next_offset
from tests.support import record_batches
from tests.support.record_batches import COMPRESSIONS, NO_TEXT, STAND_IN

GOOD = (b"key", b"value", [("kind", b"Something.v1")])
BAD = (b"key", b"odd", [(STAND_IN, b"1"), ("kind", b"Something.v1")])


def read(*batches: bytes, start: int = 0) -> list[Any]:
    """The batches as they lie in a log that begins at 0."""
    base, log = 0, b""
    for batch in batches:
        log += struct.pack(">q", base) + batch[8:]
        base += HEADER.unpack_from(batch)[6] + 1
    place = TopicPartition("topic", 0)
    return list(Partition(place, Batches(log), None, start, None, None, True, 0))


def follow_one_another(records: list[Any], start: int = 0) -> bool:
    ends = [start, *map(next_offset, records)]
    return [record.offset for record in records] == ends[:-1]


def test_what_can_be_parsed_is_handed_over_as_it_is() -> None:
    found = read(record_batches.batch([GOOD, GOOD]), record_batches.batch([GOOD]))
    assert [(one.offset, one.key, one.value, one.headers) for one in found] == [
        (offset, b"key", b"value", (("kind", b"Something.v1"),)) for offset in range(3)
    ]


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_header_name_that_is_no_text_costs_only_its_record(compression: str) -> None:
    found = read(record_batches.batch([GOOD, BAD, GOOD, BAD, GOOD], compression), record_batches.batch([GOOD]))
    assert [isinstance(one, Unparsed) for one in found] == [False, True, False, True, False, False]
    assert follow_one_another(found)
    assert found[1].value == b"odd"
    assert [name.encode(errors="surrogateescape") for name, _ in found[1].headers] == [NO_TEXT, b"kind"]
    assert found[2].headers == (("kind", b"Something.v1"),)


@pytest.mark.parametrize("start", range(5))
def test_it_goes_on_from_any_offset(start: int) -> None:
    found = read(record_batches.batch([GOOD, BAD, GOOD, BAD, GOOD]), start=start)
    assert [one.offset for one in found] == list(range(start, 5))


def test_a_record_of_which_nothing_can_be_read_costs_only_itself() -> None:
    whole = record_batches.batch([GOOD, (b"key", b"long value", []), GOOD])
    at = whole.index(b"long value") - 1
    found = read(record_batches.sealed(whole[: HEADER.size], whole[HEADER.size : at] + b"\x7e" + whole[at + 1 :]))
    assert [type(one).__name__ for one in found] == ["ConsumerRecord", "Unparsed", "ConsumerRecord"]
    assert (found[1].opened, found[1].value, found[1].offset) == (True, None, 1)


def broken_checksum() -> bytes:
    made = bytearray(record_batches.batch([GOOD, GOOD, GOOD]))
    made[-1] ^= 1
    return bytes(made)


def unknown_compression() -> bytes:
    made = record_batches.batch([GOOD, GOOD, GOOD])
    return record_batches.sealed(made[: HEADER.size], made[HEADER.size :], attributes=7)


@pytest.mark.parametrize("broken", [broken_checksum(), unknown_compression()], ids=["checksum", "compression"])
def test_a_batch_that_cannot_be_opened_is_one_piece_and_the_next_is_read(broken: bytes) -> None:
    shut, after = read(broken, record_batches.batch([GOOD]))
    assert (shut.offset, shut.next_offset, shut.opened) == (0, 3, False)
    assert (after.offset, after.value) == (3, b"value")


def test_offsets_that_a_transaction_used_up_are_a_gap() -> None:
    made = record_batches.batch([GOOD])
    control = record_batches.sealed(made[: HEADER.size], made[HEADER.size :], attributes=0x30)
    found = read(record_batches.batch([GOOD]), control, record_batches.batch([GOOD]))
    assert [isinstance(one, Gap) for one in found] == [False, True, False]
    assert follow_one_another(found)


def test_offsets_that_compaction_took_are_a_gap() -> None:
    made = bytearray(record_batches.batch([GOOD]))
    struct.pack_into(">i", made, 23, 4)
    found = read(record_batches.sealed(bytes(made[: HEADER.size]), bytes(made[HEADER.size :])))
    assert [(one.offset, next_offset(one)) for one in found] == [(0, 1), (1, 5)]


def test_a_batch_that_is_cut_off_is_left_for_the_next_time() -> None:
    whole = record_batches.batch([GOOD])
    assert [one.offset for one in read(whole)] == [0]
    assert not Batches(whole[:-1]).has_next()
