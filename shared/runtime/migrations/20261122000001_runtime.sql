-- migrate:up
CREATE SCHEMA runtime;

-- How far each partition has been taken, in the same transaction as the effects.
CREATE TABLE runtime.bookmark (
    cluster text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    complete_until timestamptz,
    PRIMARY KEY (topic, partition)
);

-- What has been decided and is still to be told. The relay deletes what it has sent.
CREATE TABLE runtime.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    kind text,
    key bytea,
    value bytea NOT NULL,
    told_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Rows that the broker will never take. They wait for a human.
CREATE TABLE runtime.outbox_refused (
    id bigint PRIMARY KEY,
    topic text NOT NULL,
    kind text,
    key bytea,
    value bytea NOT NULL,
    told_at timestamptz NOT NULL,
    refused_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason text NOT NULL
);

-- One row: what the last thousand records came to, and whether the service has stopped itself.
CREATE TABLE runtime.failures (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    recent jsonb NOT NULL DEFAULT '[]',
    halted_because text,
    halted_at timestamptz,
    allowance integer NOT NULL DEFAULT 0
);
INSERT INTO runtime.failures DEFAULT VALUES;
