"""Builders of messages as dispatch hands them over. The number is one of the national test numbers."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.dispatch import memo

RECIPIENT = "2512489996"
CODE = "0123456789ABCDEF"


def message(**fields: Any) -> memo.Message:
    """A message with every optional field set. What does not matter to a test is chosen here."""
    whole: dict[str, Any] = {
        "uuid": memo.message_uuid(bytes(32), UUID("0b0e7f0e-8a5d-5a4e-9f6f-3d7a2c7b1a11")),
        "recipient": RECIPIENT,
        "sender": memo.Sender("12345674", "Patientoplevelser i Danmark"),
        "label": "Hvordan var det? Fortæl os om din kontakt",
        "notification": "Vi vil gerne høre, hvordan det var. Læs mere i brevet.",
        "created_at": datetime(2026, 11, 5, 11, 0, tzinfo=UTC),
        "not_deliver_until": date(2026, 11, 6),
        "file": memo.File("Hvordan var det.pdf", "da", b"%PDF-1.7 \xff"),
        "action": memo.Action("Svar her", f"https://svar.puls.example/s/{CODE}", datetime(2026, 12, 10, tzinfo=UTC)),
    }
    return memo.Message(**{**whole, **fields})


def sparse_message() -> memo.Message:
    """A message with no optional field set."""
    action = memo.Action("Svar her", f"https://svar.puls.example/s/{CODE}")
    return message(notification=None, not_deliver_until=None, action=action)
