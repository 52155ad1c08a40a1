"""What a fact makes known has a column to be kept in: PostgreSQL passes over what it is not asked for."""

import re

import pytest

from services.console.domain.facts import MADE_KNOWN
from services.console.store.invitations import KNOW, KNOW_REMINDERS

KEPT = set(re.findall(r"\w+", KNOW + KNOW_REMINDERS))


@pytest.mark.parametrize("fact", MADE_KNOWN, ids=lambda fact: fact.__name__)
def test_what_a_fact_makes_known_is_kept(fact: type) -> None:
    assert MADE_KNOWN[fact].keys() - KEPT == set()
