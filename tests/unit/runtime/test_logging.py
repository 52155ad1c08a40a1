"""What is written of a failure: its class and where it came from, never its text."""

import asyncio
import json
import logging as libraries
from collections.abc import Iterator

import pytest
import structlog

from shared.runtime import logging

SECRET = "2512489996"


@pytest.fixture(autouse=True)
def afterwards_as_before() -> Iterator[None]:
    root = libraries.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def failure() -> ValueError:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        return error


def test_a_failure_is_named_with_the_line_of_our_code_that_raised_it() -> None:
    assert logging.described(failure()).startswith("ValueError at tests/unit/runtime/test_logging.py:")


def test_a_failure_deep_in_a_library_is_placed_where_we_called_it() -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        json.loads(SECRET + "x")
    assert logging.described(caught.value).startswith("JSONDecodeError at tests/unit/runtime/test_logging.py:")


def test_a_failure_that_was_never_raised_has_no_place() -> None:
    assert logging.raised_at(ValueError(SECRET)) == ""


def test_our_own_lines_hold_no_failures_text(capsys: pytest.CaptureFixture[str]) -> None:
    logging.begin("karens", "json")
    structlog.get_logger().error("it failed", exc_info=failure())
    line = json.loads(capsys.readouterr().err)
    assert line["failure"].startswith("ValueError at tests/")
    assert line["service"] == "karens"
    assert SECRET not in json.dumps(line)


def test_the_lines_of_libraries_hold_none_either(capsys: pytest.CaptureFixture[str]) -> None:
    logging.begin("karens", "json")
    libraries.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=failure())
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["logger"]) == ("Exception in ASGI application", "uvicorn.error")
    assert line["failure"].startswith("ValueError at tests/")
    assert SECRET not in json.dumps(line)


def test_a_library_that_repeats_itself_is_heard_once(capsys: pytest.CaptureFixture[str]) -> None:
    logging.begin("karens", "json")
    for partition in range(12):
        libraries.getLogger("aiokafka.consumer").warning("partition %s has no leader", partition)
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_task_that_nobody_waited_for_is_named_without_its_failures_text(capsys: pytest.CaptureFixture[str]) -> None:
    logging.begin("karens", "json")
    loop = asyncio.new_event_loop()
    logging.say_of_task(loop, {"message": "Task exception was never retrieved", "exception": failure()})
    loop.close()
    assert SECRET not in capsys.readouterr().err
