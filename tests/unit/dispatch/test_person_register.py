from aiohttp import web

from services.dispatch.person_register import PersonRegister
from tests.support.outside_server import outside_server

LIVING, DEAD, STRANGER = "2512489996", "2509479989", "0107729995"


async def test_statuses_are_told_by_number_and_strangers_left_out():
    told = [{"cprNumber": LIVING, "status": "01", "protected": True}, {"cprNumber": DEAD, "status": "90"}]
    async with outside_server(lambda _: web.json_response(told)) as (http, asked):
        statuses = await PersonRegister(http).statuses([LIVING, DEAD, STRANGER])
    assert statuses == {LIVING: "01", DEAD: "90"}
    assert asked[0].path == "/apis/v1/persons/"
