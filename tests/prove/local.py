"""The mechanisms of the local stack: what ends is started again, and harms nobody by how it ended."""

from collections.abc import Sequence

from tests.prove.mutation import Mutation, mutation

LOCAL: Sequence[Mutation] = (
    mutation(
        "supervisor: what ends is started again",
        "deploy/local/supervisor.py",
        "if life.start_at is None and not identity.alive():",
        "if False:",
        "tests/local/test_command_line.py::test_what_is_killed_is_started_again_and_it_is_said_how_often",
    ),
    mutation(
        "supervisor: the pause grows",
        "deploy/local/supervisor.py",
        "life.quick_ends + 1",
        "0",
        "tests/local/test_funnel.py::test_what_cannot_live_is_given_up_with_the_end_of_its_log",
    ),
    mutation(
        "postgres: no session of a dead server writes on",
        "deploy/local/postgres.py",
        "if not wait_until(self._no_orphans, patience=5.0):",
        "if False:",
        "tests/local/test_servers.py::test_no_session_of_a_killed_postgres_is_left_beside_the_new_one",
    ),
    mutation(
        "demo: the funnel bears that the console is away",
        "deploy/demo/months.py",
        "except (aiohttp.ClientError, TimeoutError) as error:",
        "except TimeoutError as error:",
        "tests/local/test_funnel.py::test_it_says_in_one_line_that_the_console_or_its_database_is_away_until_that_is_back",
    ),
)
