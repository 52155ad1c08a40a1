"""What operators type is kept only where it may be, and refused in words that people read."""

import re

import pytest

from shared.runtime.database import Database
from tests.service.console.api_client import ApiClient
from tests.service.console.test_cli import puls

NUMBER = "251248-9996"
"""Made up, in the style of test numbers."""
A_PATTERN = re.compile(r"[\^$\\{}\[]")
KEPT = "SELECT concat(array_agg(a), (SELECT array_agg(o) FROM operator AS o)) FROM act AS a"


async def test_a_danish_name_stands_in_the_trail(api: ApiClient, db: Database) -> None:
    assert (await puls("operator", "anna", url=api.url, PULS_OPERATOR="Jørgen Ærø")).status == 0
    async with db.transaction() as tx:
        assert await tx.fetchval("SELECT asked_by FROM act") == "Jørgen Ærø, by API key"


@pytest.mark.parametrize("path", ["/api/operators/anna", f"/api/operators/a{NUMBER}"])
async def test_a_number_in_a_name_is_refused_and_neither_kept_nor_told(api: ApiClient, db: Database, path: str) -> None:
    header = {"Puls-Operator": f"anna {NUMBER}"} if path.endswith("anna") else {}
    async with api.session.put(api.url + path, headers=header) as answer:
        assert (answer.status, NUMBER in await answer.text()) == (422, False)
    async with db.transaction() as tx:
        assert await tx.fetchval(KEPT) == ""


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/api/operators/Jørgen", None),
        ("PUT", "/api/operators/an%0Ana", None),
        ("GET", "/api/waves/Somatik", None),
        ("POST", "/api/waves", {"survey": "lup-somatik", "month": "oktober"}),
    ],
)
async def test_what_is_miswritten_is_told_by_an_example(api: ApiClient, method: str, path: str, body: object) -> None:
    async with api.session.request(method, api.url + path, json=body) as answer:
        told = await answer.json(content_type=None)
    assert (answer.status, A_PATTERN.search(told["expected"])) == (422, None)


async def test_an_empty_name_is_told_in_words(api: ApiClient) -> None:
    async with api.session.put(f"{api.url}/api/operators/anna", headers={"Puls-Operator": " "}) as answer:
        assert (answer.status, "PULS_OPERATOR" in (await answer.json(content_type=None))["what_to_do"]) == (422, True)


@pytest.mark.parametrize("name", ["an\nna", f"anna {NUMBER}"])
async def test_a_name_that_cannot_stand_in_the_trail_is_one_sentence(api: ApiClient, name: str) -> None:
    said = await puls("operator", "anna", url=api.url, PULS_OPERATOR=name)
    assert (said.status, said.error.count("\n"), NUMBER in said.error) == (1, 1, False)
    assert "PULS_OPERATOR" in said.error


@pytest.mark.parametrize(("user", "by"), [("bo", "bo, by API key"), (" ", "somebody, by API key")])
async def test_who_gives_no_name_is_called_as_the_machine_does(
    api: ApiClient, db: Database, user: str, by: str
) -> None:
    assert (await puls("operator", "anna", url=api.url, PULS_OPERATOR="", USER=user)).status == 0
    async with db.transaction() as tx:
        assert await tx.fetchval("SELECT asked_by FROM act") == by
