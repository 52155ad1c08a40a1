-- migrate:up

-- Who may log in. The password is kept as an argon2id hash, with its salt and its cost in it.
CREATE TABLE operator (
    name text PRIMARY KEY,
    password text NOT NULL
);

-- One row per browser that is logged in. The token itself is in the browser only. Times are real ones.
CREATE TABLE session (
    token_hash bytea PRIMARY KEY,
    operator text NOT NULL REFERENCES operator (name) ON DELETE CASCADE,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One row per try to log in that has not succeeded; forgotten after a while. What was typed as a name may be a
-- password by mistake, so it is kept as a hash only.
CREATE TABLE log_in_attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name_hash bytea NOT NULL,
    address text NOT NULL,
    tried_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX log_in_attempt_tried ON log_in_attempt (tried_at);
