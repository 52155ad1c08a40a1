"""What the same machine does with the same bytes and nothing around them."""

from tests.bench.figures import Row
from tests.bench.ground import Ground


async def measure(ground: Ground) -> Row:
    return await ground.floors_row()
