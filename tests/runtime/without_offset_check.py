"""Karens as it is, but the check of the stored offset is off and every batch is taken twice: the same offsets again.

Only the natural keys are left to hold it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import uvloop

from services.karens.__main__ import main
from shared.runtime.batches import BatchProcessor
from shared.runtime.offsets import TopicPartition

_take = BatchProcessor.process


async def _take_twice(self: BatchProcessor, parts: Mapping[TopicPartition, Sequence[Any]]) -> dict[TopicPartition, int]:
    for _ in range(2):
        if await _take(self, parts):
            raise RuntimeError("the stored offset's check is not off")
    return {}


if __name__ == "__main__":
    BatchProcessor._is_next = lambda self, stored, part: True
    BatchProcessor.process = _take_twice
    uvloop.run(main())
