"""Where the house's rules are broken on purpose, each with its reason. One that is no longer needed fails its test."""

from collections.abc import Mapping

LONG_FILES: Mapping[str, str] = {
    "deploy/demo/checks.py": "imports nothing of ours, so everything it looks with stands in it",
    "deploy/local/stack.py": "one class, one promise a method; what could stand alone does",
    "tests/runtime/trial.py": "everything a trial does to a service and sees of it, in one place",
}
"""Path -> why it has more than 200 lines."""

LONG_FUNCTIONS: Mapping[str, str] = {
    "services/dispatch/__main__.py:main": "wiring: a table of contents, read from top to bottom",
    "shared/runtime/serving.py:serve": "a service's run from its first line to its last, with every way out of it",
    "tests/service/inclusion/test_two_months.py:test_what_is_told_is_what_the_generator_knows": "two months take long "
    "to live through, so all their counts are held against the generator's at once",
    "tests/unit/demo/test_checks.py:in_order": "a whole small world, to be taken in at one look",
    "tests/unit/inclusion/test_judging.py:test_the_first_reason_holds": "the reasons in their order are one table",
}
"""Path:function -> why it has more than 25 lines."""

WALL_CLOCK: Mapping[str, str] = {
    "services/console/store/sessions.py": "who is logged in, and for how long still, is about people at real doors",
    "services/dispatch/store/endings.py": "when a human turned the red switch, for humans to read; it decides nothing",
}
"""Path -> why its SQL reads the wall clock for more than leases."""

PUBLISHED_BY_NOBODY: Mapping[str, str] = {
    "InvitationWithdrawn": "consumers are ready for it; nothing nullifies a contact after its person was included yet",
}
"""Event -> why no code publishes it."""
