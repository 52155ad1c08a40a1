"""A month in which every service is killed and every server is lost comes to the same as one in which nothing is."""

import pytest

from deploy.local.blocking import run_blocking
from tests.flow.month import WAVES
from tests.flow.snapshots import Snapshot, snapshot
from tests.flow.world import World


@pytest.fixture(scope="module")
def outcome(disturbed: World) -> Snapshot:
    """What the disturbed month came to."""
    return run_blocking(snapshot(disturbed))


def test_the_undisturbed_month_holds_every_case(undisturbed: Snapshot) -> None:
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


def test_the_account_is_the_same(undisturbed: Snapshot, outcome: Snapshot) -> None:
    assert outcome.accounts == undisturbed.accounts


def test_the_mailboxes_are_the_same(undisturbed: Snapshot, outcome: Snapshot) -> None:
    assert outcome.mailboxes == undisturbed.mailboxes


def test_the_same_facts_were_published(undisturbed: Snapshot, outcome: Snapshot) -> None:
    assert len(undisturbed.published) > 200
    assert set(outcome.published) == set(undisturbed.published)


async def test_letters_that_were_handed_over_again_are_the_same(disturbed: World) -> None:
    again = await disturbed.mailboxes.listed("duplicates")
    assert {letter["same_content"] for letter in again} == {True}


async def test_nothing_was_set_aside(disturbed: World) -> None:
    assert await disturbed.console("GET", "set-aside") == []
