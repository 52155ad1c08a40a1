"""Pages that are asked for what cannot be done say so, and offer nothing that would not help."""

import pytest

from shared.runtime.database import Database
from tests.service.console.console_app import AT_EASE, Operator, console_app, internal_api
from tests.support.pages import listening


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/queues/nobody/resume", 404, "There is no service of that name"),
        ("/set-aside/redrive?all=yes", 409, "None of these records waits"),
        ("/waves/none-2025-10", 404, "or request the wave"),
        ("/waves/none-2025-10/receipts", 404, "No wave called none-2025-10"),
    ],
)
async def test_what_is_not_there_or_does_not_apply_is_said(
    operator: Operator, path: str, status: int, says: str
) -> None:
    await operator.log_in()
    shown = await operator.get(path)
    assert (shown.status, shown.page) == (status, "problem")
    assert says in shown.text
    assert "/api" not in shown.text


async def test_a_service_that_has_not_stopped_is_not_offered_to_go_on(db: Database) -> None:
    async with (
        internal_api([], AT_EASE) as karens,
        listening(console_app({"karens": karens})) as url,
        Operator.at(url, db) as operator,
    ):
        await operator.log_in()
        shown = await operator.get("/queues/karens/resume")
    assert (shown.status, shown.page) == (409, "problem")
    assert "karens has not stopped itself" in shown.text.lower()
