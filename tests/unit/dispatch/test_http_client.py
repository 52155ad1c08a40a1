import traceback
from collections.abc import Iterator

import pytest
from aiohttp import web

from services.dispatch.http_client import HttpClient, Misconfigured, OutcomeUnknown, Rejected, Unavailable
from tests.support.outside_server import CutOff, Garbled, Never, address_of_nobody, outside_server

NUMBERS = [f"{number:010d}" for number in range(1, 251)]

KINDS = {
    400: Rejected,
    401: Misconfigured,
    403: Misconfigured,
    404: Misconfigured,
    302: Misconfigured,
    408: OutcomeUnknown,
    429: Unavailable,
    500: OutcomeUnknown,
    502: OutcomeUnknown,
    503: Unavailable,
    504: OutcomeUnknown,
}


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("status", KINDS)
async def test_each_status_is_of_one_kind_of_failure(status: int):
    answer = web.Response(status=status, headers={"Location": "/elsewhere/"})
    async with outside_server(lambda asked: web.Response() if asked.path == "/elsewhere/" else answer) as (register, _):
        with pytest.raises(KINDS[status]):
            await register.request("GET", "persons/")


async def test_a_refused_connection_passes_by_itself_and_nothing_was_taken():
    async with HttpClient("Register", address_of_nobody()) as register:
        with pytest.raises(Unavailable, match="no connection"):
            await register.request("GET", "persons/")


async def test_a_connection_cut_after_the_request_leaves_it_unsettled():
    async with outside_server(lambda _: CutOff()) as (register, _):
        with pytest.raises(OutcomeUnknown, match="before the answer came"):
            await register.request("POST", "persons/", data=b"x")


async def test_an_answer_that_does_not_come_in_time_leaves_the_request_unsettled():
    async with outside_server(lambda _: Never(), response_timeout=0.05) as (register, _):
        with pytest.raises(OutcomeUnknown, match="before the answer came"):
            await register.request("GET", "slow/")


async def test_the_code_of_a_refusal_is_told():
    refusal = {"code": "memo.invalid", "message": "", "fieldErrors": []}
    async with outside_server(lambda _: web.json_response(refusal, status=400)) as (register, _):
        with pytest.raises(Rejected) as rejected:
            await register.request("POST", "memos/")
    assert rejected.value.code == "memo.invalid"


@pytest.mark.parametrize("answer", [*KINDS, "cut", "garbled", "not JSON", "an object", "no field"])
async def test_no_error_holds_a_cpr_number(answer: int | str):
    bodies = {"not JSON": "<html>", "an object": "{}", "no field": f'[{{"cprNumber": "{NUMBERS[0]}"}}]'}

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
    def everybody(asked) -> web.Response:
        return web.json_response([{"cprNumber": number, "status": "01"} for _, number in asked.query])

    async with outside_server(everybody) as (register, asked):
        assert await register.look_up("persons/", NUMBERS, "status") == dict.fromkeys(NUMBERS, "01")
    assert sorted(len(request.query) for request in asked) == [50, 100, 100]
    assert {name for request in asked for name, _ in request.query} == {"cprNumber"}


async def test_nobody_is_asked_about_nobody():
    async with outside_server(lambda _: web.json_response([])) as (register, asked):
        assert await register.look_up("persons/", [], "status") == {}
    assert asked == []
