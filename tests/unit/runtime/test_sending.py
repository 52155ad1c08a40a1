"""Rows by partition, exactly as every other Kafka client would have it."""

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.sending import partition_of

KNOWN_TO_JAVA = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536}
"""What org.apache.kafka.common.utils.Utils.murmur2 makes of these keys, from the tests of Kafka's own client."""


@given(st.binary(min_size=0, max_size=64), st.integers(min_value=1, max_value=100))
def test_a_key_goes_where_the_default_partitioner_sends_it(key: bytes, partitions: int) -> None:
    every = list(range(partitions))
    assert partition_of(key, partitions) == DefaultPartitioner()(key, every, every)


@pytest.mark.parametrize("key", KNOWN_TO_JAVA)
def test_a_key_goes_where_java_sends_it(key: bytes) -> None:
    assert partition_of(key, 12) == (KNOWN_TO_JAVA[key] & 0x7FFFFFFF) % 12


def test_a_row_without_a_key_always_goes_to_the_same_partition() -> None:
    assert partition_of(None, 12) == partition_of(b"", 12)
