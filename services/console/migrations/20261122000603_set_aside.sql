-- migrate:up

-- Records that a service could not take, as they were.
CREATE TABLE set_aside (
    id uuid PRIMARY KEY,
    service text NOT NULL,
    cluster text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    kind text NOT NULL,
    record_key bytea,
    record_value bytea NOT NULL,
    record_headers jsonb NOT NULL,
    failure text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    set_aside_at timestamptz NOT NULL,
    redriven_at timestamptz
);
CREATE INDEX set_aside_latest ON set_aside (set_aside_at DESC, id);
