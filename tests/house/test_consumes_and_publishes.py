"""Each service's first lines say what it consumes and what it publishes, and that is what it does."""

import ast
import re

import pytest

from deploy.contracts import routes
from shared.events.topics import EVENT_OF, PUBLISHED_BY
from tests.house.exceptions import PUBLISHED_BY_NOBODY
from tests.house.source import CLONE, modules, services

KNOWN = {event.__name__ for event in EVENT_OF.values()}
WIRED = routes.read(CLONE)


def said(docstring: str) -> tuple[set[str], set[str]]:
    """The events after the word Consumes, and those after the word Publishes."""
    parts = re.fullmatch(r".*?\bConsumes\b(.*?)\bPublishes\b(.*)", docstring, re.DOTALL)
    if not parts:
        raise AssertionError("expected `Consumes A, B.` and `Publishes C, D.` in the docstring of __main__")
    consumes, publishes = (set(re.findall(r"\w+", part)) & KNOWN for part in parts.groups())
    return consumes, publishes


def docstring(service: str) -> str:
    wiring = CLONE / "services" / service / "__main__.py"
    return ast.get_docstring(ast.parse(wiring.read_text(encoding="utf-8"))) or ""


def test_a_docstring_is_understood() -> None:
    text = "Karens.\n\nConsumes PatientIncluded,\nWaveRequested.\nPublishes InvitationCleared."
    assert said(text) == ({"PatientIncluded", "WaveRequested"}, {"InvitationCleared"})


@pytest.mark.parametrize("service", services())
def test_a_service_consumes_what_its_docstring_says(service: str) -> None:
    assert said(docstring(service))[0] == set(WIRED[service])


@pytest.mark.parametrize("service", services())
def test_a_service_publishes_what_its_docstring_says(service: str) -> None:
    published = {event.__name__ for event in PUBLISHED_BY[service]} - set(PUBLISHED_BY_NOBODY)
    assert said(docstring(service))[1] == published


@pytest.mark.parametrize("service", services())
def test_a_service_is_called_as_its_topic(service: str) -> None:
    assert service in PUBLISHED_BY


def test_every_publisher_is_a_service() -> None:
    assert set(PUBLISHED_BY) - {"set-aside"} == {module.path.split("/")[1] for module in modules("services")}
