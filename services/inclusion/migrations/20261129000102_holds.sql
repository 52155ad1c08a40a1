-- migrate:up

-- When the wave's start was told: with the first units of its selection, for before that nobody knows whether it asks
-- anybody. Waves from before this told it when they began.
ALTER TABLE wave ADD COLUMN started_at timestamptz;
UPDATE wave SET started_at = run;

-- Waves that a person has to see to, by what they were held on. `revision` is that of the request about the wave that
-- had been heard by then: a later one lets it go on.
CREATE TABLE wave_hold (
    wave text NOT NULL,
    reason text NOT NULL,
    held_on text NOT NULL,
    revision integer NOT NULL,
    held_at timestamptz NOT NULL,
    PRIMARY KEY (wave, reason, held_on)
);
