-- migrate:up

-- Why a wave does not start, or its selection does not go on: one row for each thing it was held on.
CREATE TABLE wave_held (
    wave text NOT NULL,
    reason text NOT NULL,
    held_on text NOT NULL,
    holds text NOT NULL,
    expected text NOT NULL,
    found text NOT NULL,
    held_at timestamptz NOT NULL,
    PRIMARY KEY (wave, reason, held_on)
);

-- How many units the wave has. Null in waves from before it was told with the start.
ALTER TABLE wave ADD COLUMN parts integer;
