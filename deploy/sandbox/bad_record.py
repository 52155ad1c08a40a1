"""Publishes a record that no service can read, to see it set aside: `make bad-record`.

It says that it is an InvitationCleared: each service that reads those sets it aside, and goes on.
"""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from deploy.sandbox.letters import NOT_THERE, STACKS, NoStack, stack_of

KIND = [("kind", b"InvitationCleared.v1")]
VALUE = b"no event at all"


def topic_of(prefix: str) -> str:
    """Of karens, which tells what the record claims to be."""
    return f"{prefix}.karens.v1"


async def publish(kafka: str, topic: str) -> None:
    """Raises NoStack."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    try:
        await producer.start()
        await producer.send_and_wait(topic, VALUE, headers=KIND)
    except KafkaError as error:
        raise NoStack(NOT_THERE.format(where=f"at {kafka}")) from error
    finally:
        await producer.stop()


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 1 and one sentence on standard error."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    asked = argparse.ArgumentParser(prog="make bad-record", description=__doc__)
    asked.add_argument("stack", nargs="*", type=Path, default=STACKS, help="the stack's stack.json")
    try:
        stack = stack_of(asked.parse_args(arguments).stack)
        topic = topic_of(stack["topic_prefix"])
        asyncio.run(publish(stack["kafka"], topic))
    except NoStack as reason:
        print(reason, file=sys.stderr)
        return 1
    print(f"Published to {topic}: in a moment it is set aside by whoever reads it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
