"""One line for each thing that happened; never a person in it.

An exception's text may hold what a record or a row held, so what is written of it is its class and the line of our
code that it came from.
"""

import asyncio
import logging
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

ROOT = Path(__file__).parents[2]
OURS = tuple(f"{ROOT / folder}/" for folder in ("services", "shared", "deploy", "tests"))
AGAIN_AFTER = 10.0
"""Seconds."""

log = structlog.get_logger()


def begin(service: str, style: str) -> None:
    """Sets up logging for the process: `json` for machines, anything else for people."""
    renderer = structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_text,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    _begin_for_libraries(shared, renderer)


def _begin_for_libraries(shared: list[Any], renderer: Any) -> None:
    """What libraries log, from warnings on, in the same form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    handler.addFilter(_Once())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


class _Once(logging.Filter):
    """Libraries say the same of every partition and at every try: once in ten seconds is enough."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        what, now = (record.name, f"{record.msg} {record.exc_info and record.exc_info[0]}"), time.monotonic()
        if now - self._said.get(what, -AGAIN_AFTER) < AGAIN_AFTER:
            return False
        self._said[what] = now
        return True


def _without_text(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    given = line.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        line["failure"] = described(error)
    return line


def say_of_task(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """For what happens in a task that nobody waits for."""
    error = context.get("exception")
    log.error("in the background", what=context["message"], failure=described(error) if error else None)


def described(error: BaseException) -> str:
    """`KeyError at services/karens/store.py:12`; of an error that promises to hold nothing else, its own `in_words`."""
    return getattr(error, "in_words", None) or f"{type(error).__name__} at {raised_at(error)}"


def raised_at(error: BaseException) -> str:
    """The innermost line of our own code, else the innermost of all; empty for an error that was never raised."""
    lines = list(_lines(error.__traceback__))
    ours = [line for line in lines if line.startswith(OURS)]
    return (ours or lines or [""])[-1].removeprefix(f"{ROOT}/")


def _lines(place: TracebackType | None) -> Any:
    while place:
        yield f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}"
        place = place.tb_next
