"""What can be measured of every service. Each figure with its sentence."""

from prometheus_client import Counter, Gauge, Histogram

CONSUMED = Counter("puls_records_consumed_total", "Records taken from a topic, whatever came of them.", ["topic"])
REPEATED = Counter(
    "puls_records_not_at_offset_total", "Records left alone because they did not start at the stored offset."
)
SET_ASIDE = Counter("puls_records_set_aside_total", "Records that could not be taken and were set aside.", ["reason"])
UNKNOWN = Counter(
    "puls_records_of_unknown_kind_total",
    "Records passed over because this version of the service knows no event of their kind: a newer one may.",
)
PUBLISHED = Counter("puls_events_published_total", "Events put into the outbox.", ["kind"])
SENT = Counter("puls_records_sent_total", "Records the broker has acknowledged.")
BROKER_REFUSED = Counter("puls_records_broker_refused_total", "Outbox rows the broker will never take.")
BATCH_SECONDS = Histogram("puls_batch_seconds", "Time from a batch's arrival to its commit, in seconds.")
OUTAGES = Counter("puls_outages_total", "Tries that failed because something else was away.", ["where"])
ROUNDS = Counter("puls_rounds_total", "Times a round acted.", ["round"])
ROUND_FAILURES = Counter(
    "puls_round_failures_total", "Times a round failed in a way that does not pass by itself.", ["round"]
)
HALTED = Gauge("puls_halted", "1 while the service has stopped itself and waits for a human.")
WORK_HALTED = Gauge("puls_work_halted", "1 while this round or errand has halted and waits for a human.", ["work"])
STUCK = Counter(
    "puls_stuck_work_total", "Items of rounds and errands that were put aside as stuck.", ["work", "reason"]
)
