-- migrate:up

-- The copies of this service that run. Each draws its id when it starts, holds the lowest free slot by a lock of its
-- session, and says every few seconds that it lives and how it stands.
CREATE TABLE runtime.copy (
    id uuid PRIMARY KEY,
    slot integer NOT NULL UNIQUE,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    status jsonb NOT NULL DEFAULT '{}'
);

-- Whether a copy that holds a lease has ended, or has not been heard of for so long that its work is anybody's.
CREATE FUNCTION runtime.is_gone(copy uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (
        SELECT FROM runtime.copy AS known
        WHERE known.id = $1 AND known.seen_at > clock_timestamp() - interval '20 seconds'
    )
$$;
