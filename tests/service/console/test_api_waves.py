"""Waves over HTTP: what is shown of them, and what is told when an operator asks something of them."""

import pytest

from shared.events import Wanted
from shared.runtime.database import Database
from tests.service.console.api_client import ApiClient, consumed, outbox_rows
from tests.support.builders import WAVE, included, quarantined, selection_finished, wave_requested, wave_started


async def test_a_wave_is_shown_with_every_term(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_started(), included())
    wave = await api.get(f"/api/waves/{WAVE}")
    assert (wave["wave"], wave["invitations"], wave["undecided"], wave["in_flight"]) == (WAVE, 1, 1, 1)
    assert await api.get("/api/waves") == [wave]


async def test_a_wave_is_shown_by_region(api: ApiClient, db: Database) -> None:
    await consumed(db, included())
    assert [part["part"] for part in (await api.get(f"/api/waves/{WAVE}", by="region"))["parts"]] == ["84"]


@pytest.mark.parametrize(
    ("wanted", "standing"), [("stopped", "stopped"), ("paused", "paused"), ("running", "requested")]
)
async def test_a_wave_that_never_started_stands_as_it_was_wanted(
    api: ApiClient, db: Database, wanted: Wanted, standing: str
) -> None:
    await consumed(db, wave_requested(wanted=wanted))
    assert (await api.get(f"/api/waves/{WAVE}"))["status"] == standing


async def test_an_unknown_wave_is_told_in_words(api: ApiClient) -> None:
    problem = await api.get(f"/api/waves/{WAVE}", 404)
    assert problem == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": f"no wave called {WAVE} has started or was requested",
        "instance": f"/api/waves/{WAVE}",
        "expected": "a wave of the list of waves",
        "what_to_do": "look at the list, or request the wave",
    }


async def test_a_name_that_no_wave_can_have_is_told_in_words(api: ApiClient) -> None:
    assert (await api.get("/api/waves/Somatik", 422))["expected"].startswith("wave: a survey and a month")


async def test_starting_a_wave_tells_that_it_is_wanted(api: ApiClient, db: Database) -> None:
    wish = await api.post("/api/waves", {"survey": "lup-somatik", "month": "2026-09"})
    assert wish == {"wave": "lup-somatik-2026-09", "wanted": "running", "revision": 1}
    ((kind, key, event),) = await outbox_rows(db)
    assert (kind, key) == ("WaveRequested.v1", b"lup-somatik-2026-09")
    assert (event["survey"], event["month"], event["wanted"], event["revision"]) == (
        "lup-somatik",
        "2026-09",
        "running",
        1,
    )
    assert [wave["wave"] for wave in await api.get("/api/waves")] == ["lup-somatik-2026-09"]


async def test_starting_a_wave_again_tells_nothing_new(api: ApiClient, db: Database) -> None:
    for _ in range(2):
        wish = await api.post("/api/waves", {"survey": "lup-somatik", "month": "2026-09"})
        assert wish["revision"] == 1
    assert len(await outbox_rows(db)) == 1


async def test_an_unknown_survey_is_told_with_the_known_ones(api: ApiClient) -> None:
    problem = await api.post("/api/waves", {"survey": "lup-ukendt", "month": "2026-09"}, 422)
    assert problem["expected"] == "one of: lup-psykiatri, lup-somatik"


@pytest.mark.parametrize("month", ["2026-09", "2026-10"])
async def test_a_month_that_is_over_and_not_too_long_ago_may_be_asked_about(api: ApiClient, month: str) -> None:
    await api.post("/api/waves", {"survey": "lup-somatik", "month": month})


@pytest.mark.parametrize("month", ["2026-13", "2026", "1900-01", "2026-08", "2026-11", "2999-12"])
async def test_any_other_month_is_refused(api: ApiClient, month: str, db: Database) -> None:
    await api.post("/api/waves", {"survey": "lup-somatik", "month": month}, 422)
    assert await outbox_rows(db) == []


async def test_a_month_that_is_refused_is_told_with_those_that_are_not(api: ApiClient) -> None:
    problem = await api.post("/api/waves", {"survey": "lup-somatik", "month": "2026-08"}, 422)
    assert problem["expected"] == "a month of contacts from 2026-09 to 2026-10"


async def test_pause_resume_and_stop_are_told_with_rising_revisions(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_started())
    for action in ("pause", "resume", "stop"):
        await api.post(f"/api/waves/{WAVE}/{action}")
    events = [event for _, _, event in await outbox_rows(db)]
    assert [(event["revision"], event["wanted"]) for event in events] == [(1, "paused"), (2, "running"), (3, "stopped")]


async def test_a_revision_follows_those_about_some_units_too(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_requested(revision=7, wanted="stopped", units=("130000001016",)))
    assert (await api.post(f"/api/waves/{WAVE}/pause"))["revision"] == 8


@pytest.mark.parametrize("action", ["pause", "resume"])
async def test_a_stopped_wave_never_resumes(api: ApiClient, db: Database, action: str) -> None:
    await consumed(db, wave_started(), wave_requested(revision=1, wanted="stopped"))
    problem = await api.post(f"/api/waves/{WAVE}/{action}", status=409)
    assert "never resumes" in problem["expected"]
    assert await outbox_rows(db) == []


async def test_a_stopped_wave_is_not_started_again(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_requested(wave="lup-somatik-2026-09", revision=1, wanted="stopped"))
    await api.post("/api/waves", {"survey": "lup-somatik", "month": "2026-09"}, 409)


async def test_nothing_is_asked_of_an_unknown_wave(api: ApiClient, db: Database) -> None:
    await api.post(f"/api/waves/{WAVE}/stop", status=404)
    assert await outbox_rows(db) == []


@pytest.mark.parametrize("action", ["pause", "stop"])
async def test_nothing_is_asked_of_a_wave_that_has_ended(api: ApiClient, db: Database, action: str) -> None:
    await consumed(db, wave_started(), selection_finished(included=1), included(), quarantined())
    assert (await api.get(f"/api/waves/{WAVE}"))["status"] == "ended"
    assert "has ended" in (await api.post(f"/api/waves/{WAVE}/{action}", status=409))["detail"]
    assert await outbox_rows(db) == []


async def test_nothing_more_is_asked_of_a_wave_that_was_paused_and_has_ended(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_started(), wave_requested(wanted="paused"), selection_finished(included=1))
    await consumed(db, included(), quarantined())
    assert "has ended" in (await api.post(f"/api/waves/{WAVE}/pause", status=409))["detail"]


async def test_a_wave_of_which_not_everybody_was_heard_of_has_not_ended(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_started(), selection_finished(included=2), included(), quarantined())
    assert (await api.get(f"/api/waves/{WAVE}"))["status"] == "running"
