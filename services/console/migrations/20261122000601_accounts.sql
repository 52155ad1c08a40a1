-- migrate:up

-- One row per delivery that was read, and one per delivery that was refused.
CREATE TABLE delivery (
    delivery text NOT NULL,
    sha256 text NOT NULL,
    period text NOT NULL,
    profile text NOT NULL,
    rows bigint NOT NULL,
    rejected jsonb NOT NULL,
    superseded bigint NOT NULL,
    contacts bigint NOT NULL,
    read_at timestamptz NOT NULL,
    PRIMARY KEY (delivery, sha256)
);

CREATE TABLE delivery_refused (
    manifest text NOT NULL,
    sha256 text NOT NULL,
    reason text NOT NULL,
    expected text NOT NULL,
    found text NOT NULL,
    refused_at timestamptz NOT NULL,
    PRIMARY KEY (manifest, sha256, reason)
);

-- One row per wave, made by whatever is heard of it first. `pinned` is what it rests on since it started.
CREATE TABLE wave (
    wave text PRIMARY KEY,
    survey text NOT NULL GENERATED ALWAYS AS (left(wave, -8)) STORED,
    month text NOT NULL GENERATED ALWAYS AS (right(wave, 7)) STORED,
    started_at timestamptz,
    started_by text,
    pinned jsonb
);

-- What was wanted of a wave, revision by revision. No units: the whole wave.
CREATE TABLE wave_request (
    wave text NOT NULL,
    revision integer NOT NULL,
    wanted text NOT NULL,
    units text [] NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    PRIMARY KEY (wave, revision)
);

-- One row per unit's selection in a wave.
CREATE TABLE selection (
    wave text NOT NULL,
    unit text NOT NULL,
    unit_path jsonb NOT NULL,
    region text NOT NULL,
    parts integer NOT NULL,
    contacts bigint NOT NULL,
    other_survey_or_period bigint NOT NULL,
    excluded jsonb NOT NULL,
    not_sampled bigint NOT NULL,
    another_contact bigint NOT NULL,
    included bigint NOT NULL,
    PRIMARY KEY (wave, unit)
);

-- One row per invitation: which facts are known of it, and what each of them said. Every column is set by one fact,
-- and of a repeated fact the earliest stands, so the row is the same in whatever order they are heard.
-- Letter columns are those of the invitation's own letter; reminders have rows of their own.
CREATE TABLE invitation (
    id uuid PRIMARY KEY,
    wave text NOT NULL,
    unit text NOT NULL,
    region text NOT NULL,
    included_at timestamptz,
    withdrawn_at timestamptz,
    withdrawn_reason text,
    cleared_at timestamptz,
    quarantined_at timestamptz,
    quarantined_until timestamptz,
    because_of uuid,
    dropped_at timestamptz,
    dropped_reason text,
    rule text,
    rule_version integer,
    submitted_at timestamptz,
    delivered_at timestamptz,
    failed_at timestamptz,
    failed_reason text,
    stopped_at timestamptz,
    stopped_reason text,
    unreached_at timestamptz,
    unreached_reason text,
    unreached_stopped boolean,
    answered_at timestamptz,
    declined_at timestamptz,
    opted_out_at timestamptz,
    closing_due_at timestamptz,
    closed_at timestamptz,
    outcome text
) WITH (fillfactor = 70);
CREATE INDEX invitation_of_wave ON invitation (wave);

-- One row per reminder.
CREATE TABLE reminder (
    invitation uuid NOT NULL,
    number integer NOT NULL,
    wave text NOT NULL,
    unit text NOT NULL,
    region text NOT NULL,
    due_at timestamptz,
    not_after timestamptz,
    cancelled_at timestamptz,
    cancelled_reason text,
    submitted_at timestamptz,
    delivered_at timestamptz,
    failed_at timestamptz,
    failed_reason text,
    stopped_at timestamptz,
    stopped_reason text,
    PRIMARY KEY (invitation, number)
) WITH (fillfactor = 70);
CREATE INDEX reminder_of_wave ON reminder (wave);
