-- migrate:up

-- Every decision, explainable for as long as it may be asked about.
CREATE TABLE decision (
    invitation uuid PRIMARY KEY,
    person text NOT NULL,
    survey text NOT NULL,
    wave text NOT NULL,
    unit text NOT NULL,
    decided_at timestamptz NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('cleared', 'quarantined', 'dropped')),
    reason text,
    rule text,
    rule_version integer,
    rule_days integer,
    until timestamptz,
    because_of uuid
);

-- What counts: a person was asked at a moment. Released rows stay, and no longer count.
CREATE INDEX decision_asked ON decision (person, decided_at DESC) WHERE outcome = 'cleared';

-- Invitations that never reached their person, known here before or after the decision.
CREATE TABLE released (
    invitation uuid PRIMARY KEY,
    reason text NOT NULL,
    released_at timestamptz NOT NULL
);

CREATE TABLE opted_out (
    person text PRIMARY KEY,
    opted_out_at timestamptz NOT NULL
);

CREATE TABLE withdrawn (
    invitation uuid PRIMARY KEY,
    withdrawn_at timestamptz NOT NULL
);

-- Stopped waves, or units of them; an empty unit means the whole wave.
CREATE TABLE stopped (
    wave text NOT NULL,
    unit text NOT NULL,
    stopped_at timestamptz NOT NULL,
    PRIMARY KEY (wave, unit)
);
