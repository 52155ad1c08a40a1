"""What an operator or a program is told when something cannot be done: what, where, what was expected, what to do."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from services.console.domain.masking import without_numbers
from services.console.domain.problem import Problem
from services.console.rendering import methods_of

EXAMPLES: Mapping[str, str] = {
    "wave": "a survey and a month, for instance lup-somatik-2026-10",
    "month": "a year and a month, for instance 2026-10",
    "service": "a service's name, for instance karens",
    "topic": "a topic's name, for instance puls.karens.v1",
    "reason": "a reason as the list of set-aside records gives it, for instance unreadable",
    "because": "a sentence on one line",
    "work": "the name of a round or an errand as `puls queues --all` gives it",
    "manifest": "the name of a manifest's file, for instance lpr-2026-10.manifest.json",
}
"""Field with a pattern -> what to write there, for people read no patterns."""
ID = "an id as the list gives it, for instance 0190b6a6-7d3c-7c5e-8f3a-5b1d2c3e4f50"


class ProblemDetails(BaseModel):
    """A problem as RFC 9457 writes it, with two members of our own."""

    type: str = "about:blank"
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What is the matter.")
    instance: str = Field(description="Where: the path that was asked.")
    expected: str
    what_to_do: str


def add_error_handlers(app: FastAPI) -> None:
    """From here on the app answers every problem this way."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _no_such_page)
    app.add_exception_handler(OSError, _away)
    app.add_exception_handler(Exception, _unforeseen)


async def _problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return _answer(request, error)


async def _not_understood(request: Request, error: Exception) -> JSONResponse:
    """The input is never repeated: it may hold anything."""
    assert isinstance(error, RequestValidationError)
    mistakes = [_in_words(mistake) for mistake in error.errors()]
    return _answer(
        request,
        Problem(
            422,
            "the request is not understood",
            expected="; ".join(mistakes),
            what_to_do="mend what is named and ask again",
        ),
    )


async def _no_such_page(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    what, expected = "there is nothing to be had here", "a path and a method that the API's description names"
    return _answer(
        request,
        Problem(error.status_code, what, expected=expected, what_to_do="look at its spelling"),
    )


async def _away(request: Request, error: Exception) -> JSONResponse:
    what, expected = "the console's database does not answer", "a running PostgreSQL"
    return _answer(request, Problem(503, what, expected=expected, what_to_do="ask again in a few seconds"))


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    what, to_do = "the console failed in a way nobody foresaw", "read the console's log and report the mistake"
    return _answer(request, Problem(500, what, expected="an answer", what_to_do=to_do))


def _in_words(mistake: Mapping[str, Any]) -> str:
    """Where it is comes first; the body, the query or the path as a whole have no name for those who ask."""
    _, *within = [str(step) for step in mistake["loc"]]
    return f"{'.'.join(within)}: {_form(mistake)}" if within else _form(mistake)


def _form(mistake: Mapping[str, Any]) -> str:
    if mistake["type"] == "string_pattern_mismatch":
        return EXAMPLES[mistake["loc"][-1]]
    return ID if mistake["type"].startswith("uuid_") else mistake["msg"]


def _answer(request: Request, problem: Problem) -> JSONResponse:
    details = ProblemDetails(
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=problem.what,
        instance=without_numbers(request.url.path),
        expected=problem.expected,
        what_to_do=problem.what_to_do,
    )
    answer = JSONResponse(details.model_dump(), problem.status, media_type="application/problem+json")
    if problem.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if problem.status == 405:
        answer.headers["Allow"] = methods_of(request)
    return answer
