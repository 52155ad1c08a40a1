"""People who answer, all at once: a process of its own that speaks plain keep-alive HTTP/1.1.

`python -m tests.bench.load PLAN` reads what is to be asked from the file PLAN and writes what came of it as JSON: the
seconds of each request, how long all of it took, and its own CPU seconds. It stops at an answer that is not the one
expected: a fast refusal is no answer.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Request:
    """What is asked after `/s/<code>`, and the status that must come back."""

    method: str
    tail: str
    body: str
    status: int


@dataclass(frozen=True)
class Plan:
    port: int
    codes: Sequence[str]
    """One answer each."""
    requests: Sequence[Request]
    at_once: int


@dataclass(frozen=True)
class Came:
    seconds: float
    latencies: Sequence[float]
    cpu_seconds: float


class Unexpected(Exception):
    """An answer of another status than was recorded."""


def main() -> None:
    told = json.loads(Path(sys.argv[1]).read_text())
    plan = Plan(**{**told, "requests": [Request(**one) for one in told["requests"]]})
    print(json.dumps(asdict(asyncio.run(_answer_all(plan)))))


async def _answer_all(plan: Plan) -> Came:
    codes, latencies = iter(plan.codes), list[float]()
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for _ in range(plan.at_once):
            group.create_task(_one_after_the_other(plan, codes, latencies))
    return Came(time.monotonic() - began, latencies, time.process_time())


async def _one_after_the_other(plan: Plan, codes: Iterator[str], latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", plan.port)
    try:
        for code in codes:
            for request in plan.requests:
                began = time.monotonic()
                writer.write(_written(request, code))
                await _read(reader, request)
                latencies.append(time.monotonic() - began)
    finally:
        writer.close()


def _written(request: Request, code: str) -> bytes:
    form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(request.body)}\r\n"
    head = f"{request.method} /s/{code}{request.tail} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    return f"{head}{form if request.method == 'POST' else ''}\r\n{request.body}".encode()


async def _read(reader: asyncio.StreamReader, request: Request) -> None:
    """Raises Unexpected."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if status != request.status:
        raise Unexpected(f"{request.method} …{request.tail} was answered {status}, expected {request.status}")
    length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))


if __name__ == "__main__":
    main()
