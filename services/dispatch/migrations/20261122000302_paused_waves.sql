-- migrate:up

-- What holds many letters at once is asked once a query: asking letter by letter takes seconds where a hundred thousand
-- are held. These are the waves that are paused as a whole; the red switch is one row.
CREATE FUNCTION paused_waves() RETURNS text [] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(whole.wave), '{}') FROM wave AS whole
    WHERE whole.unit = '' AND whole.wanted = 'paused' AND NOT EXISTS (
        SELECT FROM wave AS part
        WHERE part.wave = whole.wave AND part.revision > whole.revision AND part.wanted <> 'paused'
    )
$$;

-- Whether a letter's wave or unit is paused, whichever was wanted last.
CREATE FUNCTION is_paused(letter) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT wanted = 'paused' FROM wave
         WHERE wave.wave = $1.wave AND wave.unit IN ('', $1.unit)
         ORDER BY revision DESC LIMIT 1),
        false
    )
$$;

-- Nothing but dispatch ever called it, and it is migrated while dispatch does not run.
-- squawk-ignore ban-drop-function
DROP FUNCTION is_held(letter);
