"""Each service's first lines say what it reads and what it tells, and that is what it does."""

import ast
import re

import pytest

from deploy.contracts import routes
from shared.events.topics import EVENT_OF, PUBLISHED_BY
from tests.house.exceptions import TOLD_BY_NOBODY
from tests.house.source import CLONE, modules, services

KNOWN = {event.__name__ for event in EVENT_OF.values()}
WIRED = routes.read(CLONE)


def said(docstring: str) -> tuple[set[str], set[str]]:
    """The events after the word Reads, and those after the word Tells."""
    parts = re.fullmatch(r".*?\breads\b(.*?)\btells\b(.*)", docstring, re.DOTALL | re.IGNORECASE)
    if not parts:
        raise AssertionError("expected `Reads A, B.` and `Tells C, D.` in the docstring of __main__")
    reads, tells = (set(re.findall(r"\w+", part)) & KNOWN for part in parts.groups())
    return reads, tells


def docstring(service: str) -> str:
    wiring = CLONE / "services" / service / "__main__.py"
    return ast.get_docstring(ast.parse(wiring.read_text(encoding="utf-8"))) or ""


def test_what_a_docstring_says_is_read() -> None:
    text = "Karens.\n\nReads PatientIncluded,\nWaveRequested.\nTells InvitationCleared."
    assert said(text) == ({"PatientIncluded", "WaveRequested"}, {"InvitationCleared"})


@pytest.mark.parametrize("service", services())
def test_a_service_reads_what_its_docstring_says(service: str) -> None:
    assert said(docstring(service))[0] == set(WIRED[service])


@pytest.mark.parametrize("service", services())
def test_a_service_tells_what_its_docstring_says(service: str) -> None:
    told = {event.__name__ for event in PUBLISHED_BY[service]} - set(TOLD_BY_NOBODY)
    assert said(docstring(service))[1] == told


@pytest.mark.parametrize("service", services())
def test_a_service_is_called_as_its_topic(service: str) -> None:
    assert service in PUBLISHED_BY


def test_every_teller_is_a_service() -> None:
    assert set(PUBLISHED_BY) - {"set-aside"} == {module.path.split("/")[1] for module in modules("services")}
