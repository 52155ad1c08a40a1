"""Who consumes what is read from the services' wiring, however it is put."""

from pathlib import Path

import pytest

from deploy.contracts import routes


@pytest.fixture
def wiring(tmp_path: Path) -> Path:
    """The file that wires the only service of a clone."""
    (tmp_path / "services" / "karens").mkdir(parents=True)
    return tmp_path / "services" / "karens" / "__main__.py"


def consumed(wiring: Path, text: str) -> list[str]:
    wiring.write_text(text)
    return list(routes.read(wiring.parents[2])["karens"])


def test_a_table_written_out_in_the_call(wiring: Path) -> None:
    text = 'serve("karens", s, reads={PatientIncluded: f, WaveRequested: partial(g, 1)})'
    assert consumed(wiring, text) == ["PatientIncluded", "WaveRequested"]


def test_a_call_by_the_module_s_name(wiring: Path) -> None:
    assert consumed(wiring, 'runtime.serve("karens", s, reads={PatientIncluded: f})') == ["PatientIncluded"]


def test_a_table_that_has_a_name(wiring: Path) -> None:
    text = 'READS = {PatientIncluded: f}\nserve("karens", s, reads=READS)'
    assert consumed(wiring, text) == ["PatientIncluded"]


def test_one_handler_for_a_list_of_events(wiring: Path) -> None:
    text = 'MANY = (PatientIncluded, WaveRequested)\nserve("karens", s, reads={**dict.fromkeys(MANY, f)})'
    assert consumed(wiring, text) == ["PatientIncluded", "WaveRequested"]


def test_a_table_from_another_module(wiring: Path) -> None:
    (wiring.parent / "domain.py").write_text("FACTS: dict = {PatientIncluded: 1}")
    text = 'from services.karens.domain import FACTS\nserve("karens", s, reads={**dict.fromkeys(FACTS, f)})'
    assert consumed(wiring, text) == ["PatientIncluded"]


def test_a_table_made_at_run_time_is_refused_with_its_line(wiring: Path) -> None:
    with pytest.raises(routes.UnknownWiring, match=r"__main__\.py:1: expected events by name, found wired\(\)"):
        consumed(wiring, 'serve("karens", s, reads=wired())')


def test_a_service_that_reads_nothing_is_refused(wiring: Path) -> None:
    with pytest.raises(routes.UnknownWiring, match="found 0"):
        consumed(wiring, 'serve("karens", s)')
