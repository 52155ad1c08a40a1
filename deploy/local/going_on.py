"""Time goes on while something is due: for a world that stays, and to which something may still happen."""

import asyncio
from collections.abc import Callable

from aiokafka.errors import KafkaError

from deploy.local.stepper import NeverAtRest, Stepper

IDLE = 1.0
"""Seconds between looks when nothing is due any more."""


async def go_on(stepper: Stepper, say: Callable[[str], None]) -> None:
    """Steps until it is cancelled, whenever something has come to be due. Says once what keeps it from that."""
    said = None
    while True:
        try:
            moved, trouble = await stepper.step(), None
        except (NeverAtRest, KafkaError) as error:
            moved, trouble = None, f"{type(error).__name__}: {error}"
        if trouble and trouble != said:
            say(trouble)
        said = trouble
        if moved is None:
            await asyncio.sleep(IDLE)
