"""The synthetic patients before the real pages: what each kind does there, and that they testify to what happened."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from deploy.sandbox.faults import Dice
from deploy.sandbox.patients.browser import Browser, Page
from deploy.sandbox.patients.crowd import Addresses
from deploy.sandbox.patients.deeds import DEEDS, ENGLISH, TYPES_CODE, Visitor
from deploy.sandbox.patients.deeds import READS_CODE_IN_LETTER as READS
from deploy.sandbox.patients.habits import Mood
from deploy.sandbox.patients.mailbox import Mailbox
from deploy.sandbox.patients.words import SHARE_WITH_NUMBERS, SHARE_WITH_REMARK
from tests.sandbox.memos import uuid
from tests.sandbox.town import Town, a_town, cpr, days_later, seed_for
from tests.support.builders import a_person
from tests.support.databases import Database as Copies
from tests.support.letters import ANSWER_URL

Towns = Callable[..., AbstractAsyncContextManager[Town]]


@pytest.fixture
def town(database: Copies, valkey: str, tmp_path: Path) -> Towns:
    """A town in which this seed draws."""
    return partial(a_town, database("responses"), valkey, tmp_path)


async def _life(town: Town) -> tuple[str, list[str], dict[str, str]]:
    """From the letter to after closing: what the person expects, what they saw, and how it was told to have ended."""
    await town.invite(1)
    await town.close()
    await town.until(days_later(60))
    testified = town.only()
    return testified["expected"], [visit["saw"] for visit in testified["visits"]], await town.closed()


@pytest.mark.parametrize(
    ("habit", "expected", "saw", "outcome"),
    [
        ("answers", "complete", ["thanks"], "complete"),
        ("clicks_twice", "complete", ["thanks"], "complete"),
        ("comes_again", "complete", ["thanks", "thanks"], "complete"),
        ("declines", "declined", ["declined"], "declined"),
        ("opts_out", "opted_out", ["opted-out"], "opted_out"),
        ("comes_too_late", "none", ["closed"], "unanswered"),
        ("sends_too_late", "none", ["group", "closed"], "unanswered"),
        ("waits_for_first_reminder", "none", [], "unanswered"),
        (None, "none", [], "unanswered"),
    ],
)
async def test_a_habit_has_its_outcome(
    town: Towns, habit: str | None, expected: str, saw: list[str], outcome: str
) -> None:
    async with town(seed_for(habit)) as there, there.alive():
        assert await _life(there) == (expected, saw, {a_person(1): outcome})


async def test_stopping_halfway_leaves_a_partial_answer(town: Towns) -> None:
    async with town(seed_for("stops_halfway")) as there, there.alive():
        expected, [saw], outcomes = await _life(there)
        assert (expected, outcomes) == ("partial", {a_person(1): "partial"})
        assert saw in ("group", "paused", "review")


async def test_only_looking_leaves_nothing(town: Towns) -> None:
    async with town(seed_for("only_looks")) as there, there.alive():
        expected, [saw], outcomes = await _life(there)
        assert (expected, outcomes) == ("none", {a_person(1): "unanswered"})
        assert saw in ("start", "group")


async def test_whoever_resumes_elsewhere_ends_with_one_complete_answer(town: Towns) -> None:
    async with town(seed_for("resumes_elsewhere")) as there, there.alive():
        expected, saw, outcomes = await _life(there)
        assert (expected, saw[-1], outcomes) == ("complete", "thanks", {a_person(1): "complete"})
        assert len(saw) == 2


@pytest.mark.parametrize(("habit", "reminders"), [("waits_for_first_reminder", 1), ("waits_for_second_reminder", 2)])
async def test_a_reminder_brings_those_who_waited_for_it(town: Towns, habit: str, reminders: int) -> None:
    async with town(seed_for(habit)) as there, there.alive():
        await there.invite(1)
        for number in range(1, reminders + 1):
            await there.until(days_later(10 * number))
            assert there.only()["visits"] == []
            await there.post_letters(number, 1)
        await there.until(days_later(30))
        invitation, *reminded = there.testimony()
        assert invitation["expected"] == "complete"
        assert invitation["visits"][0]["letter"] == reminded[-1]["message"]
        assert [(line["kind"], line["number"]) for line in reminded] == [("reminder", n + 1) for n in range(reminders)]


async def test_nobody_answers_before_the_day_they_chose(town: Towns) -> None:
    async with town(seed_for("answers", lambda mood: mood.draw("day") > 0.9)) as there, there.alive():
        await there.invite(1)
        due = await there.at_rest()
        assert due
        assert due > days_later(20)
        await there.until(due)
        await there.at_rest()
        assert there.only()["confirmed_at"] == due.isoformat()


async def test_own_numbers_in_the_remark_are_not_kept(town: Towns) -> None:
    def writes_them(mood: Mood) -> bool:
        return mood.hits(SHARE_WITH_REMARK, "answers comment") and mood.hits(
            SHARE_WITH_NUMBERS, "numbers in the remark"
        )

    async with town(seed_for("answers", writes_them)) as there, there.alive():
        await there.invite(1)
        await there.until(days_later(35))
        [response] = await there.responses()
        assert response.screened == ("comment",)
        assert cpr(1) not in str(response.answers)


async def test_the_code_in_the_letters_text_can_be_typed(town: Towns) -> None:
    def reads_it(mood: Mood) -> bool:
        return mood.hits(TYPES_CODE, "types the code, visit 0") and mood.hits(READS, "reads the code in the letter")

    async with town("1") as there, there.alive():
        page = await _arrives(there, seed_for("answers", reads_it))
        assert page.where == "start"


async def test_who_answers_in_english_goes_on_in_english(town: Towns) -> None:
    def speaks_it(mood: Mood) -> bool:
        return mood.hits(ENGLISH, "answers in English")

    async with town("1") as there, there.alive():
        page = await _arrives(there, seed_for("answers", speaks_it))
        assert (page.where, page.form("begin").address.partition("?")[2]) == ("start", "language=en")


async def _arrives(town: Town, seed: str) -> Page:
    """The first page after the letter, of the first person by this seed."""
    await town.invite(1)
    async with _visitor(town, seed) as visitor:
        return await visitor.arrive()


@asynccontextmanager
async def _visitor(town: Town, seed: str) -> AsyncIterator[Visitor]:
    """The first person by this seed, with the letter open before a browser."""
    async with (
        aiohttp.TCPConnector() as connections,
        aiohttp.ClientSession() as session,
        Browser(connections) as browser,
    ):
        letter = await Mailbox(session, town.post.root).letter(uuid(1))
        here = Addresses(ANSWER_URL, town.site.url).here(letter.link)
        mood = Mood(Dice(seed), f"{cpr(1)}|0")
        yield Visitor(browser, town.site.url, replace(letter, link=here), mood, cpr(1))


async def test_what_was_left_standing_is_sent_after_closing_and_refused(town: Towns) -> None:
    seed = seed_for("sends_too_late")
    async with town(seed) as there, there.alive():
        await there.invite(1)
        async with _visitor(there, seed) as visitor:
            opened = await DEEDS["open_only"](visitor)
            await there.close()
            sent = await DEEDS["send_opened"](visitor)
        assert (opened.where, sent.where, sent.address.partition("?")[2]) == ("group", "closed", "late=yes")


PEOPLE = 60


async def _outcomes(town: Town) -> tuple[list[dict[str, object]], dict[str, str]]:
    """Of many people: what they testify, and what was told. Every second gets two reminders."""
    everybody = range(1, PEOPLE + 1)
    await town.invite(*everybody)
    for number in (1, 2):
        await town.until(days_later(10 * number))
        await town.post_letters(number, *everybody[::2])
    await town.close()
    await town.until(days_later(60))
    return town.testimony(), await town.closed()


async def test_how_many_act_at_once_changes_nothing_and_all_testify_to_what_was_told(
    database: Copies, valkey: str, tmp_path: Path
) -> None:
    seen = []
    for at_once in (1, 16):
        folder = tmp_path / str(at_once)
        folder.mkdir()
        async with a_town(database("responses"), valkey, folder, "1", PEOPLE, at_once) as there, there.alive():
            seen.append(await _outcomes(there))
    assert seen[0] == seen[1]
    testified, told = seen[1]
    expected = {a_person(_number(line)): line["expected"] for line in testified if line["kind"] == "invitation"}
    assert {person: "none" if outcome == "unanswered" else outcome for person, outcome in told.items()} == expected
    assert Counter(told.values()).keys() >= {"complete", "partial", "declined", "unanswered"}


def _number(line: dict[str, object]) -> int:
    """Which person that is."""
    return next(number for number in range(1, PEOPLE + 1) if cpr(number) == line["cpr"])
