"""Whatever compression a topic was given, its records are read."""

import pytest

from tests.runtime.input import months
from tests.runtime.trial import Trial

FIRST, _, _ = months(240)


@pytest.mark.parametrize("compression", ["gzip", "lz4", "snappy", "zstd"])
async def test_a_topic_with_a_compression_is_consumed(trial: Trial, compression: str) -> None:
    await trial.begin_anew(3, **{"compression.type": compression})
    await trial.publish(FIRST)
    trial.start()
    await trial.at_rest()
    assert await trial.query("SELECT count(*) FROM decision") == 240
