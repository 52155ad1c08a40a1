"""The official schema of MeMo 1.1, from the folder that MEMO_XSD names. It is not ours to copy, so it is not here."""

import os
from pathlib import Path

import lxml.etree as etree
import pytest

UNSET = "MEMO_XSD is not set: messages were NOT checked against the official schema. Name the folder of MeMo_core.xsd."


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    folder = os.environ.get("MEMO_XSD")
    if folder is None:
        pytest.skip(UNSET)
    entry = Path(folder) / "MeMo_core.xsd"
    if not folder or not entry.is_file():
        raise FileNotFoundError(f"MEMO_XSD is {folder!r}, but there is no MeMo_core.xsd: name the schema's folder")
    return etree.XMLSchema(etree.parse(entry))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if "MEMO_XSD" not in os.environ:
        terminalreporter.section("MEMO_XSD", red=True, bold=True)
        terminalreporter.line(UNSET, red=True, bold=True)
