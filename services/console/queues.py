"""How much waits where, service by service; what is troubled or behind comes first."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from services.console.domain.alert import Alert, Cause
from services.console.domain.service_alerts import troubles
from services.console.domain.service_status import ServiceStatus


class Trouble(BaseModel):
    what: str
    mend: str = Field(description="What to do; commands stand between backticks.")
    since: datetime | None = None
    seconds: float | None = Field(None, description="For how long, where that is known instead of since when.")


class TopicQueue(BaseModel):
    """What the service has not consumed of a topic yet."""

    topic: str
    records: int
    oldest_seconds: float | None = Field(description="How long the oldest may have waited; None where none does.")


class OutboxQueue(BaseModel):
    """What the service has decided and not published yet, whatever the topic."""

    records: int
    oldest_seconds: float | None
    refused: int = Field(description="Records that the broker will never take.")


class WorkQueue(BaseModel):
    """A round or an errand."""

    name: str
    due: datetime | None = Field(description="When there is work next; None: there is none.")
    since: datetime | None = Field(description="Since when there is work that could be claimed now.")
    failing: str | None
    held: str | None


class StuckQueue(BaseModel):
    """Items of a round or an errand that wait until somebody decides."""

    work: str
    reason: str
    count: int
    since: datetime | None


class ServiceQueues(BaseModel):
    """What waits before, in and behind one service. Of one that does not answer the figures are the last known."""

    service: str
    answers: bool
    known: bool = Field(description="False: it never answered, so nothing is known of its queues.")
    troubles: list[Trouble] = Field(description="Each said once.")
    reads: list[TopicQueue]
    outbox: OutboxQueue
    work: list[WorkQueue]
    stuck: list[StuckQueue]

    @property
    def is_behind(self) -> bool:
        return bool(self.outbox.records or any(topic.records for topic in self.reads))


def queues(services: Iterable[ServiceStatus]) -> list[ServiceQueues]:
    """No service is left out. What is in trouble comes first, the causes before their symptoms, then what is behind."""
    found = [(troubles(service), service) for service in services]
    causes = sorted(found, key=lambda item: min((trouble.cause for trouble in item[0]), default=len(Cause)))
    return sorted((_of(*item) for item in causes), key=lambda queue: (not queue.troubles, not queue.is_behind))


def _of(found: Sequence[Alert], service: ServiceStatus) -> ServiceQueues:
    return ServiceQueues.model_validate(
        {
            "service": service.name,
            "answers": service.unreachable is None,
            "known": not service.never_answered,
            "troubles": found,
            "reads": service.reads,
            "outbox": service.outbox,
            "work": service.work,
            "stuck": service.stuck,
        },
        from_attributes=True,
    )
