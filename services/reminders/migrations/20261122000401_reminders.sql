-- migrate:up

-- One row an invitation, made by the first fact that is heard about it.
CREATE TABLE invitation (
    id uuid PRIMARY KEY,
    wave text NOT NULL,
    unit text NOT NULL,
    survey text NOT NULL,
    about jsonb NOT NULL,
    handed_over_at timestamptz,
    delivered_at timestamptz,
    closing_at timestamptz,
    closing_told_at timestamptz,
    ended_at timestamptz,
    ended_because text
);
CREATE INDEX invitation_closing ON invitation (closing_at)
    WHERE closing_told_at IS NULL AND ended_at IS NULL;

CREATE TABLE reminder (
    invitation uuid NOT NULL REFERENCES invitation (id),
    number integer NOT NULL,
    at timestamptz NOT NULL,
    not_after timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'told', 'cancelled', 'dropped')),
    PRIMARY KEY (invitation, number)
);
CREATE INDEX reminder_planned ON reminder (at) WHERE state = 'planned';

-- Stopped waves, or units of them; an empty unit means the whole wave.
CREATE TABLE stopped (
    wave text NOT NULL,
    unit text NOT NULL,
    stopped_at timestamptz NOT NULL,
    PRIMARY KEY (wave, unit)
);
