-- migrate:up

-- What the latest pieces of each kind of work came to, and whether it has stopped itself. `consume` is the taking of
-- records; the others are the rounds and errands by their names. A row is made when the work is done first.
CREATE TABLE runtime.circuit (
    work text PRIMARY KEY,
    recent jsonb NOT NULL DEFAULT '[]',
    halted_because text,
    halted_at timestamptz,
    allowance integer NOT NULL DEFAULT 0
);
INSERT INTO runtime.circuit (work, halted_because, halted_at, allowance)
SELECT 'consume', halted_because, halted_at, allowance FROM runtime.failures;

-- Services do not run while this is applied.
-- squawk-ignore ban-drop-table
DROP TABLE runtime.failures;

-- Items of rounds and errands that cannot be done and stand alone. Claims leave them out until somebody has them tried
-- again, which deletes the row. Those that were left with a reason stay, so that they are not claimed again.
CREATE TABLE runtime.stuck_work (
    work text NOT NULL,
    key text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    since timestamptz NOT NULL,
    left_because text,
    PRIMARY KEY (work, key)
);
