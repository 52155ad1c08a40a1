"""Record batches as the broker hands them over, read so that no record stops a partition.

The client library raises at a record that it cannot parse, for instance one with a header name that is no UTF-8, and
begins again with the same one for ever. `install` puts these classes in the place of its own. What it can parse, it
parses; the rest of such a batch is taken apart here, so that only the record that is wrong is set aside. Offsets that
hold no record (removed by compaction, or used up by a transaction) are handed over as gaps, so that none is missing.
"""

import struct
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

from aiokafka import ConsumerRecord, codec
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c, decode_varint_py

HEADER = struct.Struct(">qiibIhiqqqhii")
"""Base offset, length, epoch, magic, checksum, attributes, last offset's delta, first and last timestamp, the
producer's id, epoch and sequence, and how many records."""
LAST = 6
"""Which of these is the last offset's delta."""
LENGTH = struct.Struct(">qi")
CHECKED_FROM = 21
"""Where begins what the checksum is about."""
AFTER_ATTRIBUTES = 1
"""Where a record goes on with its time and its distance from the batch's offset."""
OPENED_BY = (bytes, codec.gzip_decode, codec.snappy_decode, codec.lz4_decode, codec.zstd_decode)
"""By the compression's number."""

Headers = tuple[tuple[str, bytes | None], ...]


@dataclass
class Gap(ConsumerRecord[bytes, bytes]):
    """Offsets that hold no record."""

    next_offset: int


@dataclass
class Unparsed(ConsumerRecord[bytes, bytes]):
    """A record that the client library cannot parse, with what could be read of it, or all that cannot be opened."""

    next_offset: int
    because: str
    opened: bool
    """Whether it is one record: else all from its offset up to the next one cannot be read, nor told apart."""


def next_offset(record: Any) -> int:
    return getattr(record, "next_offset", record.offset + 1)


def install() -> None:
    """For every consumer of this process."""
    fetcher.MemoryRecords = Batches  # pyright: ignore[reportPrivateImportUsage, reportAttributeAccessIssue]
    fetcher.PartitionRecords = Partition  # pyright: ignore[reportAttributeAccessIssue]


class Batches:
    """What came of one partition. The last batch may be cut off; it is asked for again."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def size_in_bytes(self) -> int:
        return len(self._data)

    def has_next(self) -> bool:
        return next(iter(self), None) is not None

    def __iter__(self) -> Iterator[bytes]:
        begin = 0
        while begin + LENGTH.size <= len(self._data):
            end = begin + LENGTH.size + LENGTH.unpack_from(self._data, begin)[1]
            if not begin + LENGTH.size < end <= len(self._data):
                return
            yield self._data[begin:end]
            begin = end


class Partition(fetcher.PartitionRecords):
    """The records of one partition, from the offset on that was asked for."""

    def _unpack_records(self) -> Generator[ConsumerRecord[Any, Any], Any, None]:
        for batch in self._records:
            try:
                yield from self._parsed(batch)
            except Exception as error:
                yield from self._salvaged(batch, error)

    def _parsed(self, raw: bytes) -> Iterator[ConsumerRecord[Any, Any]]:
        """As the client library does it. Raises whatever it says of a record that it cannot parse."""
        batch: Any = MemoryRecords(raw).next_batch()
        if not batch.validate_crc():
            raise CorruptRecordException("its checksum is wrong")
        for record in () if batch.is_control_batch else batch:
            if record.offset < self.next_fetch_offset:
                continue
            if record.offset > self.next_fetch_offset:
                yield self._gap(record.offset)
            self.next_fetch_offset = record.offset + 1
            yield self._consumer_record(self._tp, record)
        if batch.next_offset > self.next_fetch_offset:
            yield self._gap(batch.next_offset)

    def _salvaged(self, batch: bytes, error: Exception) -> Iterator[ConsumerRecord[Any, Any]]:
        """What the client library did not come to."""
        base, _ = LENGTH.unpack_from(batch)
        last = HEADER.unpack_from(batch)[LAST] if len(batch) >= HEADER.size else 0
        after = max(base + last + 1, self.next_fetch_offset)
        try:
            for delta, record in _opened(batch):
                if base + delta < self.next_fetch_offset:
                    continue
                if base + delta > self.next_fetch_offset:
                    yield self._gap(base + delta)
                self.next_fetch_offset = base + delta + 1
                yield self._as_it_is(base + delta, record)
        except Exception:
            begin, self.next_fetch_offset = self.next_fetch_offset, after
            yield Unparsed(**self._fields(begin), next_offset=after, because=type(error).__name__, opened=False)
        if after > self.next_fetch_offset:
            yield self._gap(after)

    def _as_it_is(self, offset: int, record: bytearray) -> ConsumerRecord[Any, Any]:
        try:
            key, value, named = _taken_apart(record)
        except Exception:
            because = "expected a record of Kafka's form; nothing of it can be read"
            return Unparsed(**self._fields(offset), next_offset=offset + 1, because=because, opened=True)
        headers = tuple((name.decode(errors="surrogateescape"), text) for name, text in named)
        fields = self._fields(offset, key, value, headers)
        if not any("\udc80" <= letter <= "\udcff" for name, _ in headers for letter in name):
            return ConsumerRecord(**fields)
        because = "expected the names of headers in UTF-8"
        return Unparsed(**fields, next_offset=offset + 1, because=because, opened=True)

    def _gap(self, upto: int) -> Gap:
        begin, self.next_fetch_offset = self.next_fetch_offset, upto
        return Gap(**self._fields(begin), next_offset=upto)

    def _fields(
        self, offset: int, key: bytes | None = None, value: bytes | None = None, headers: Headers = ()
    ) -> dict[str, Any]:
        sizes = {"serialized_key_size": len(key or b""), "serialized_value_size": len(value or b"")}
        place = {"topic": self._tp.topic, "partition": self._tp.partition, "offset": offset}
        unknown = {"timestamp": 0, "timestamp_type": 0, "checksum": None}
        return place | sizes | unknown | {"key": key, "value": value, "headers": headers}


def _opened(batch: bytes) -> list[tuple[int, bytearray]]:
    """Each record's distance from the batch's offset, and its bytes. Raises where they cannot be told apart."""
    _, _, _, magic, checksum, attributes, *_, count = HEADER.unpack_from(batch)
    if magic != 2 or calc_crc32c(batch[CHECKED_FROM:]) != checksum:
        raise CorruptRecordException
    content = bytearray(OPENED_BY[attributes & 7](batch[HEADER.size :]))
    records, begin = [], 0
    for _ in range(count):
        length, begin = decode_varint_py(content, begin)
        if not 0 <= length <= len(content) - begin:
            raise CorruptRecordException
        record = content[begin : begin + length]
        _, at = decode_varint_py(record, AFTER_ATTRIBUTES)
        records.append((decode_varint_py(record, at)[0], record))
        begin += length
    return records


def _taken_apart(record: bytearray) -> tuple[bytes | None, bytes | None, list[tuple[bytes, bytes | None]]]:
    """Key, value and headers. Raises if it is not of the form."""
    at = AFTER_ATTRIBUTES
    for _ in ("timestamp", "offset"):
        _, at = decode_varint_py(record, at)
    key, at = _bytes(record, at)
    value, at = _bytes(record, at)
    count, at = decode_varint_py(record, at)
    headers = []
    for _ in range(count):
        name, at = _bytes(record, at)
        text, at = _bytes(record, at)
        headers.append((name or b"", text))
    return key, value, headers


def _bytes(record: bytearray, at: int) -> tuple[bytes | None, int]:
    length, at = decode_varint_py(record, at)
    if length < 0:
        return None, at
    if length > len(record) - at:
        raise CorruptRecordException
    return bytes(record[at : at + length]), at + length
