"""Deliveries that were not taken: until they are mended or left, somebody must see to them."""

from datetime import timedelta

from services.console.store import accounts
from shared.runtime import Transaction
from shared.runtime.database import Database
from tests.service.console.api_client import ApiClient, consumed
from tests.service.console.console_app import Operator
from tests.service.console.consuming import consume
from tests.support.builders import delivery_read, delivery_refused

MANIFEST = "sent-on-monday.manifest.json"


async def test_a_delivery_read_by_the_same_manifest_later_needs_nobody(tx: Transaction) -> None:
    refused, read = delivery_refused(MANIFEST), delivery_read(manifest=MANIFEST)
    await consume(tx, refused, delivery_read("lpr-2026-09", occurred_at=refused.occurred_at - timedelta(days=1)))
    assert [delivery["manifest"] for delivery in await accounts.refused_and_waiting(tx)] == [MANIFEST]
    await consume(tx, read)
    assert await accounts.refused_and_waiting(tx) == []


async def test_a_delivery_that_an_operator_leaves_needs_nobody_and_stays_on_the_list(
    operator: Operator, db: Database
) -> None:
    await consumed(db, delivery_refused(MANIFEST))
    await operator.log_in()
    assert "Leave sent-on-monday" in (await operator.get(f"/deliveries/leave?manifest={MANIFEST}")).text
    await operator.post("/deliveries/leave", manifest=MANIFEST)
    assert "left by admin" in (await operator.get("/deliveries")).text
    assert MANIFEST not in (await operator.get("/")).text
    assert f"Left the delivery {MANIFEST} as it is" in (await operator.get("/trail")).text


async def test_what_was_left_is_not_left_again(api: ApiClient, db: Database) -> None:
    await consumed(db, delivery_refused(MANIFEST))
    await api.post("/api/deliveries/leave", {"manifest": MANIFEST})
    await api.post("/api/deliveries/leave", {"manifest": MANIFEST}, 404)
    assert (await api.get("/api/deliveries"))["refused"][0]["left_by"] == "somebody, by API key"


async def test_a_delivery_whose_content_was_read_before_needs_nobody(tx: Transaction) -> None:
    await consume(tx, delivery_refused(MANIFEST, reason="repeated"))
    assert [delivery["manifest"] for delivery in await accounts.refused_deliveries(tx)] == [MANIFEST]
    assert await accounts.refused_and_waiting(tx) == []
