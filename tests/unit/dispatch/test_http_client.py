import asyncio
import traceback
from collections.abc import Iterator
from typing import NoReturn

import pytest
from aiohttp import web

from services.dispatch.http_client import HttpClient, Misconfigured, OutcomeUnknown, Rejected, TooSlow, Unavailable
from shared.runtime.database import is_transient
from tests.support.outside_server import Asked, CutOff, Garbled, Never, address_of_nobody, outside_server

NUMBERS = [f"{number:010d}" for number in range(1, 251)]

KINDS = {
    400: Rejected,
    401: Misconfigured,
    403: Misconfigured,
    404: Misconfigured,
    302: Misconfigured,
    408: TooSlow,
    413: Rejected,
    414: Rejected,
    422: Rejected,
    429: Unavailable,
    500: OutcomeUnknown,
    502: OutcomeUnknown,
    503: Unavailable,
    504: TooSlow,
}


def everybody(asked: Asked) -> web.Response:
    return web.json_response([{"cprNumber": number, "status": "01"} for _, number in asked.query])


class Dripping(web.StreamResponse):
    """A byte now and then, for as long as somebody waits for more."""

    async def prepare(self, request: web.BaseRequest) -> NoReturn:
        await super().prepare(request)
        while True:
            await self.write(b" ")
            await asyncio.sleep(0.05)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("status", KINDS)
async def test_each_status_is_of_one_kind_of_failure(status: int):
    answer = web.Response(status=status, headers={"Location": "/elsewhere/"})
    async with outside_server(lambda asked: web.Response() if asked.path == "/elsewhere/" else answer) as (register, _):
        with pytest.raises(KINDS[status]) as failed:
            await register.request("GET", "persons/")
    assert type(failed.value) is KINDS[status]


@pytest.mark.parametrize(
    ("error", "transient", "reason"),
    [
        (Unavailable(""), True, "unavailable"),
        (OutcomeUnknown(""), True, "outcome_unknown"),
        (TooSlow(""), True, "too_slow"),
        (Rejected("memo.invalid", ""), False, "rejected.memo.invalid"),
        (Misconfigured(""), False, "misconfigured"),
    ],
)
def test_each_failure_says_whether_it_passes_and_has_a_reason(error, transient: bool, reason: str):
    assert (is_transient(error), error.reason) == (transient, reason)


async def test_a_refused_connection_passes_by_itself_and_nothing_was_taken():
    async with HttpClient("Register", address_of_nobody()) as register:
        with pytest.raises(Unavailable, match="no connection"):
            await register.request("GET", "persons/")


async def test_a_connection_cut_after_the_request_leaves_it_unsettled():
    async with outside_server(lambda _: CutOff()) as (register, _):
        with pytest.raises(OutcomeUnknown, match="before the answer came"):
            await register.request("POST", "persons/", data=b"x")


@pytest.mark.parametrize("answer", [Never, Dripping])
async def test_an_answer_that_is_not_whole_in_time_is_too_slow(answer: type[web.StreamResponse]):
    async with outside_server(lambda _: answer(), response_timeout=0.2) as (register, _):
        with pytest.raises(TooSlow, match=r"no answer came within 0\.2 seconds"):
            await register.request("GET", "slow/")


async def test_after_a_look_up_that_was_too_slow_fewer_numbers_are_asked_about_at_once():
    slow = True
    numbers = NUMBERS[:100]

    def answered(asked: Asked) -> web.StreamResponse:
        return web.Response(status=504) if slow else everybody(asked)

    async with outside_server(answered) as (register, asked):
        for _ in range(2):
            with pytest.raises(TooSlow):
                await register.look_up("persons/", numbers, "status")
        slow = False
        for _ in range(3):
            await register.look_up("persons/", numbers, "status")
    assert [len(request.query) for request in asked] == [100, *[50] * 2, *[25] * 4, *[50] * 2, 100]


async def test_the_code_of_a_refusal_is_told():
    refusal = {"code": "memo.invalid", "message": "", "fieldErrors": []}
    async with outside_server(lambda _: web.json_response(refusal, status=400)) as (register, _):
        with pytest.raises(Rejected) as rejected:
            await register.request("POST", "memos/")
    assert rejected.value.code == "memo.invalid"


@pytest.mark.parametrize("code", [NUMBERS[0], f"no.such.{NUMBERS[0]}", "a" * 61, "Not a code", 7, None, ["a"]])
async def test_what_is_no_code_is_not_told(code: object):
    async with outside_server(lambda _: web.json_response({"code": code}, status=400)) as (register, _):
        with pytest.raises(Rejected) as rejected:
            await register.request("POST", "memos/")
    assert rejected.value.code == "http_400"


@pytest.mark.parametrize("answer", [*KINDS, "cut", "garbled", "not JSON", "an object", "no field", "nested"])
async def test_no_error_holds_a_cpr_number(answer: int | str):
    bodies = {"not JSON": "<html>", "an object": "{}", "no field": f'[{{"cprNumber": "{NUMBERS[0]}"}}]'}
    bodies["nested"] = "[" * 100_000

    broken = {"cut": CutOff(), "garbled": Garbled()}

    def answered(_: object) -> web.StreamResponse:
        if answer in broken:
            return broken[answer]
        return web.Response(status=answer) if isinstance(answer, int) else web.Response(text=bodies[answer])

    async with outside_server(answered) as (register, _):
        assert NUMBERS[0] not in await all_said_by_the_error(register)


async def test_no_error_of_a_refused_connection_holds_a_cpr_number():
    async with HttpClient("Register", address_of_nobody()) as register:
        assert NUMBERS[0] not in await all_said_by_the_error(register)


async def all_said_by_the_error(register: HttpClient) -> str:
    """The error of asking about a number, with its trace and all that led to it."""
    with pytest.raises((Unavailable, OutcomeUnknown, Rejected, Misconfigured)) as failed:
        await register.look_up("persons/", NUMBERS[:1], "status")
    said = [f"{error!r} {error} {vars(error)}" for error in chain(failed.value)]
    return "".join([*said, *traceback.format_exception(failed.value)])


async def test_many_numbers_are_asked_about_in_addresses_of_less_than_4_kilobytes():
    async with outside_server(everybody) as (register, asked):
        assert await register.look_up("persons/", NUMBERS, "status") == dict.fromkeys(NUMBERS, "01")
    assert sorted(len(request.query) for request in asked) == [50, 100, 100]
    assert {name for request in asked for name, _ in request.query} == {"cprNumber"}


async def test_nobody_is_asked_about_nobody():
    async with outside_server(lambda _: web.json_response([])) as (register, asked):
        assert await register.look_up("persons/", [], "status") == {}
    assert asked == []
