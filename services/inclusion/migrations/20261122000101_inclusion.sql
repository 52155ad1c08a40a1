-- migrate:up

-- Every manifest that was looked at, by name and content. Its data file as it was seen then: a refused delivery is
-- looked at again when the file has changed.
CREATE TABLE manifest (
    name text NOT NULL,
    sha256 text NOT NULL,
    leased_by integer,
    leased_until timestamptz,
    settled_at timestamptz,
    outcome text CHECK (outcome IN ('read', 'recognized', 'refused')),
    file_seen text,
    PRIMARY KEY (name, sha256)
);

CREATE TABLE refusal (
    manifest text NOT NULL,
    sha256 text NOT NULL,
    reason text NOT NULL,
    expected text NOT NULL,
    found text NOT NULL,
    refused_at timestamptz NOT NULL,
    PRIMARY KEY (manifest, sha256, reason)
);

-- A delivery that was read. Persons are in the file alone; `pinned` tells how to find it and to know it again.
CREATE TABLE delivery (
    delivery text PRIMARY KEY,
    place bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL CHECK (kind IN ('units', 'participation', 'contacts')),
    period text,
    sha256 text NOT NULL,
    pinned jsonb NOT NULL,
    rows bigint NOT NULL,
    rejected jsonb NOT NULL,
    superseded bigint NOT NULL,
    contacts bigint NOT NULL,
    read_at timestamptz NOT NULL,
    CHECK ((kind = 'contacts') = (period IS NOT NULL))
);
CREATE INDEX delivery_kind ON delivery (kind, place);

-- What operators want of whole waves: the highest revision heard.
CREATE TABLE request (
    wave text PRIMARY KEY,
    survey text NOT NULL,
    month text NOT NULL,
    revision integer NOT NULL,
    wanted text NOT NULL CHECK (wanted IN ('running', 'paused', 'stopped')),
    requested_at timestamptz NOT NULL
);

-- A wave that began, and all that it pinned. `halted_on` is what was seen of its files when one of them was found
-- altered: it goes on when they look otherwise.
CREATE TABLE wave (
    wave text PRIMARY KEY,
    run timestamptz NOT NULL,
    pinned jsonb NOT NULL,
    leased_by integer,
    leased_until timestamptz,
    halted_on text,
    finished_at timestamptz
);
CREATE INDEX wave_run ON wave (run);
CREATE INDEX wave_unfinished ON wave (run, wave) WHERE finished_at IS NULL;

-- The units of a wave that were told already.
CREATE TABLE told_unit (
    wave text NOT NULL REFERENCES wave (wave),
    unit text NOT NULL,
    included integer NOT NULL,
    PRIMARY KEY (wave, unit)
);
