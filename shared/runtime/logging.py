"""One line for each thing that happened; never a person in it."""

import logging
import sys

import structlog


def begin(service: str, style: str) -> None:
    """Sets up logging for the process: `json` for machines, anything else for people."""
    renderer = structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format=f"%(asctime)s [%(levelname)s] {service} %(name)s: %(message)s"
    )
