"""Events about deliveries, waves and records."""

import base64
from typing import Any

from shared.events import (
    DeliveryRead,
    DeliveryRefused,
    RecordSetAside,
    SelectionFinished,
    WaveHeld,
    WaveRequested,
    WaveStarted,
)
from tests.support.builders.about_invitations import included
from tests.support.builders.things import STARTED_AT, WAVE, a_checksum, a_path, a_pin, a_unit, danish, parts_of

DELIVERED_AT = danish("2026-11-02 00:00")


def wave_requested(wave: str = WAVE, **fields: Any) -> WaveRequested:
    survey, month = parts_of(wave)
    made_up = {"survey": survey, "month": month, "revision": 1, "wanted": "running", "requested_by": "operator"}
    return WaveRequested(**{"wave": wave, "occurred_at": STARTED_AT, **made_up, **fields})


def delivery_read(delivery: str = "lpr-2026-10", **fields: Any) -> DeliveryRead:
    made_up = {
        "sha256": a_checksum(delivery),
        "period": parts_of(delivery)[1],
        "profile": "lpr_a",
        "rows": 100,
        "rejected": {"cpr_malformed": 2, "unit_unknown": 1},
        "superseded": 4,
        "contacts": 93,
    }
    return DeliveryRead(**{"delivery": delivery, "occurred_at": DELIVERED_AT, **made_up, **fields})


def delivery_refused(manifest: str = "lpr-2026-10.manifest.json", **fields: Any) -> DeliveryRefused:
    made_up = {
        "sha256": a_checksum(manifest),
        "reason": "rows_differ",
        "expected": "100 rows",
        "found": "99 rows",
    }
    return DeliveryRefused(**{"manifest": manifest, "occurred_at": DELIVERED_AT, **made_up, **fields})


def wave_started(wave: str = WAVE, **fields: Any) -> WaveStarted:
    survey, month = parts_of(wave)
    made_up = {
        "survey": survey,
        "month": month,
        "started_by": "schedule",
        "deliveries": (a_pin(f"lpr-{month}"),),
        "units": a_pin("sor-2026-11-01"),
        "participation": a_pin("participation-2026-11-01"),
        "definition": a_checksum("definition"),
        "seed": "1",
        "run": STARTED_AT,
    }
    return WaveStarted(**{"wave": wave, "occurred_at": STARTED_AT, **made_up, **fields})


def wave_held(wave: str = WAVE, **fields: Any) -> WaveHeld:
    survey, month = parts_of(wave)
    made_up = {
        "survey": survey,
        "month": month,
        "holds": "start",
        "reason": "rejects_unlikely",
        "expected": "at most 20% of a delivery's rows rejected",
        "found": f"lpr-{month}: 60 of 100 rows were rejected",
        "held_on": a_checksum("held"),
    }
    return WaveHeld(**{"wave": wave, "occurred_at": DELIVERED_AT, **made_up, **fields})


def selection_finished(wave: str = WAVE, unit: str = a_unit().code, **fields: Any) -> SelectionFinished:
    made_up = {
        "unit": unit,
        "unit_path": a_path(unit),
        "region": "84",
        "parts": 1,
        "contacts": 93,
        "other_survey_or_period": 40,
        "excluded": {"contact_open": 3, "under_age": 5},
        "not_sampled": 20,
        "another_contact": 5,
        "included": 20,
    }
    return SelectionFinished(**{"wave": wave, "occurred_at": STARTED_AT, **made_up, **fields})


def set_aside(**fields: Any) -> RecordSetAside:
    cause = included()
    made_up = {
        "service": "karens",
        "cluster": "made-up-cluster",
        "topic": "puls.inclusion.v1",
        "partition": 0,
        "offset": 0,
        "record_kind": cause.kind(),
        "record_key": base64.b64encode(cause.key.encode()).decode(),
        "record_value": base64.b64encode(cause.to_json()).decode(),
        "record_headers": {"kind": cause.kind()},
        "failure": "refused",
        "reason": "survey_unknown",
        "detail": "expected one of: lup-psykiatri, lup-somatik",
    }
    return RecordSetAside(**{"occurred_at": STARTED_AT, **made_up, **fields})
