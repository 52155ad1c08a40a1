-- migrate:up

-- The queue, and what became of it: a row a letter, made by the fact that asks for it.
CREATE TABLE letter (
    id uuid PRIMARY KEY,
    message_uuid uuid NOT NULL UNIQUE,
    invitation uuid NOT NULL,
    number integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('invitation', 'reminder')),
    channel text NOT NULL,
    wave text NOT NULL,
    unit text NOT NULL,
    survey text NOT NULL,
    persons text [] NOT NULL,
    about jsonb NOT NULL,
    not_before timestamptz NOT NULL,
    not_after timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'waiting',
    reason text,
    attempts integer NOT NULL DEFAULT 0,
    leased_by integer,
    leased_until timestamptz,
    handed_over_at timestamptz,
    overdue_at timestamptz,
    delivered_at timestamptz
);
CREATE INDEX letter_of_invitation ON letter (invitation);
CREATE INDEX letter_of_wave ON letter (wave) WHERE state IN ('waiting', 'unsettled');
CREATE INDEX letter_of_person ON letter USING gin (persons) WHERE state IN ('waiting', 'unsettled');
CREATE INDEX letter_queue ON letter (kind, survey, not_before, id)
WHERE state IN ('waiting', 'unsettled', 'claimed', 'reclaimed');
CREATE INDEX letter_awaited ON letter (invitation)
WHERE state IN ('handed_over', 'claimed', 'reclaimed', 'unsettled');
CREATE INDEX letter_unconfirmed ON letter (overdue_at) WHERE state = 'handed_over';

-- What ends letters for good. Any of it may be heard before the letter is.
CREATE TABLE ended (
    invitation uuid PRIMARY KEY,
    reason text NOT NULL
);
CREATE TABLE cancelled (
    letter uuid PRIMARY KEY,
    reason text NOT NULL
);
CREATE TABLE opted_out (
    person text PRIMARY KEY
);

-- What is wanted of a wave, or of a unit of it (an empty unit means the whole wave). A stop is for good.
CREATE TABLE wave (
    wave text NOT NULL,
    unit text NOT NULL,
    revision integer NOT NULL,
    wanted text NOT NULL CHECK (wanted IN ('running', 'paused', 'stopped')),
    stopped boolean NOT NULL,
    PRIMARY KEY (wave, unit)
);

-- What Digital Post said of messages. Kept first, then forgotten there.
CREATE TABLE receipt (
    id text PRIMARY KEY,
    message_uuid uuid,
    status text NOT NULL,
    code text,
    at timestamptz,
    recorded_at timestamptz NOT NULL,
    forgotten boolean NOT NULL DEFAULT false
);
CREATE INDEX receipt_to_forget ON receipt (id) WHERE NOT forgotten;

-- One row: when receipts are looked for next, and how often a hand-over has asked for that.
CREATE TABLE pull (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    next_at timestamptz NOT NULL DEFAULT 'epoch',
    asked bigint NOT NULL DEFAULT 0
);
INSERT INTO pull DEFAULT VALUES;

-- One row: the red switch. While it is on nothing is handed over, whatever the broker or the console do.
CREATE TABLE red_switch (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    is_on boolean NOT NULL DEFAULT false,
    because text,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO red_switch DEFAULT VALUES;

-- Why a letter is not to leave any more; null while it is wanted.
CREATE FUNCTION why_ended(letter) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT reason FROM ended WHERE ended.invitation = $1.invitation),
        (SELECT reason FROM cancelled WHERE cancelled.letter = $1.id),
        (SELECT 'opted_out' FROM opted_out WHERE person = ANY ($1.persons) LIMIT 1),
        (SELECT 'wave_stopped' FROM wave WHERE wave.wave = $1.wave AND wave.unit IN ('', $1.unit) AND stopped LIMIT 1)
    )
$$;

-- Whether a letter is held where it is: its wave or unit is paused, or the switch is red.
CREATE FUNCTION is_held(letter) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT wanted = 'paused' FROM wave
         WHERE wave.wave = $1.wave AND wave.unit IN ('', $1.unit)
         ORDER BY revision DESC LIMIT 1),
        false
    ) OR (SELECT is_on FROM red_switch)
$$;
