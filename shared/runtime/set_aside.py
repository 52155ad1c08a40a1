"""What the log says of records that were not taken. Never a key, a content or a detail, which might repeat some."""

from collections import Counter
from collections.abc import Sequence

import structlog

from shared.events import RecordSetAside
from shared.runtime import metrics, records

log = structlog.get_logger()

NAMED = 5
"""Unknown kinds of a batch, the commonest, in its line of the log."""


def latest(bad: Sequence[RecordSetAside]) -> str:
    """Why the latest record was not taken: nothing of this batch is kept, so this is all that is known of it."""
    if not bad:
        return ""
    where = f" at {bad[-1].detail}" if bad[-1].failure == "failed" else ""
    return f", the latest for {bad[-1].reason}{where}"


def say(one: RecordSetAside) -> None:
    """Where it lies and why. Never its key, its content, or a detail, which might repeat some of that."""
    metrics.SET_ASIDE.labels(one.reason).inc()
    log.warning(
        "a record is set aside",
        topic=one.topic,
        partition=one.partition,
        offset=one.offset,
        kind=records.as_kind(one.record_kind),
        failure=one.failure,
        reason=one.reason,
        then=f"puls set-aside --service {one.service} --reason {one.reason}",
    )


def say_unknown(unknown: Counter[str]) -> None:
    if not unknown:
        return
    metrics.UNKNOWN.inc(unknown.total())
    log.warning(
        "passed over records of kinds that this version does not know; if no newer one tells them, look at who does",
        records=unknown.total(),
        kinds=[records.as_kind(kind) for kind, _ in unknown.most_common(NAMED)],
    )
