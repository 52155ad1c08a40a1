"""A month in which every service is killed and every server is lost comes to the same as one in which nothing is."""

import pytest

from deploy.local.blocking import run_blocking
from tests.flow.looking import Looked, look
from tests.flow.month import WAVES
from tests.flow.world import World


@pytest.fixture(scope="module")
def nevertheless(disturbed: World) -> Looked:
    """What the disturbed month came to."""
    return run_blocking(look(disturbed))


def test_the_undisturbed_month_holds_every_case(undisturbed: Looked) -> None:
    somatic, psychiatric = (undisturbed.accounts[wave] for wave in WAVES)
    assert somatic["undeliverable"] == {"exempt": 1, "dead": 1, "unknown": 1}
    assert {term: somatic[term] for term in ("complete", "partial", "declined", "opted_out", "unanswered")} == {
        "complete": 5,
        "partial": 1,
        "declined": 1,
        "opted_out": 1,
        "unanswered": 13,
    }
    assert (psychiatric["quarantined"], psychiatric["dropped"]) == (5, {"opted_out": 1})
    assert (somatic["in_flight"], psychiatric["in_flight"]) == (0, 0)


def test_the_account_is_the_same(undisturbed: Looked, nevertheless: Looked) -> None:
    assert nevertheless.accounts == undisturbed.accounts


def test_the_mailboxes_are_the_same(undisturbed: Looked, nevertheless: Looked) -> None:
    assert nevertheless.mailboxes == undisturbed.mailboxes


def test_the_same_facts_were_told(undisturbed: Looked, nevertheless: Looked) -> None:
    assert len(undisturbed.told) > 200
    assert set(nevertheless.told) == set(undisturbed.told)


async def test_letters_that_were_handed_over_again_are_the_same(disturbed: World) -> None:
    again = await disturbed.mailboxes.listed("duplicates")
    assert {one["same_content"] for one in again} == {True}


async def test_nothing_was_set_aside(disturbed: World) -> None:
    assert await disturbed.console("GET", "set-aside") == []
