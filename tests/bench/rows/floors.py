"""What the same machine does with the same bytes and nothing around them."""

from tests.bench.figures import Row
from tests.bench.run import BenchRun


async def measure(run: BenchRun) -> Row:
    return await run.floors_row()
