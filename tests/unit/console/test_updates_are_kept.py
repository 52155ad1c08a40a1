"""What a fact makes known has a column to be kept in: PostgreSQL passes over what it is not asked for."""

import re

import pytest

from services.console.domain.invitation_updates import COLUMNS_OF
from services.console.store.invitations import UPSERT, UPSERT_REMINDERS

KEPT = set(re.findall(r"\w+", UPSERT + UPSERT_REMINDERS))


@pytest.mark.parametrize("fact", COLUMNS_OF, ids=lambda fact: fact.__name__)
def test_what_a_fact_makes_known_is_kept(fact: type) -> None:
    assert COLUMNS_OF[fact].keys() - KEPT == set()
