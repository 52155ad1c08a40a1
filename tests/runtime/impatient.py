"""Karens as it is, but what stands is shown after seconds, and nothing of partition 7 comes out of its consumer.

No record makes the client library hold back one partition since those that it cannot parse are taken apart, so the
library itself is made to: what shows that a partition stands must not depend on why it does.
"""

from typing import Any

import uvloop
from aiokafka import AIOKafkaConsumer

from services.karens.__main__ import main
from shared.runtime import progress

_getmany = AIOKafkaConsumer.getmany


async def _all_but_one(self: AIOKafkaConsumer, **options: Any) -> dict[Any, Any]:
    return {place: found for place, found in (await _getmany(self, **options)).items() if place.partition != 7}


if __name__ == "__main__":
    progress.SHOWN_AFTER = 1.0
    progress.NOT_ALIVE_AFTER = 5.0
    setattr(AIOKafkaConsumer, "getmany", _all_but_one)  # noqa: B010 - its parameters are the library's
    uvloop.run(main())
