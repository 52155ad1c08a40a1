-- migrate:up

-- One row an invitation, made by the first fact heard of it.
CREATE TABLE invitation (
    id uuid PRIMARY KEY,
    -- the keyed hash of the link's code; the code itself is stored nowhere
    lookup text NOT NULL UNIQUE,
    -- the person's pseudonym and the earlier ones
    persons text[] NOT NULL,
    survey text NOT NULL,
    questionnaire_version integer NOT NULL,
    state text NOT NULL,
    -- as events carry it
    invitation jsonb NOT NULL,
    -- question -> option or screened text
    answers jsonb NOT NULL DEFAULT '{}',
    -- the page on which the person last stood, from 1
    stands_at integer NOT NULL DEFAULT 1,
    closed_at timestamptz,
    CONSTRAINT closed_with_an_outcome CHECK (
        (closed_at IS NOT NULL)
        = (state IN ('complete', 'partial', 'declined', 'opted_out', 'withdrawn', 'unanswered'))
    ),
    CONSTRAINT known_state CHECK (closed_at IS NOT NULL OR state IN ('forestalled', 'open', 'delivered'))
) WITH (fillfactor = 70);

CREATE INDEX invitation_persons ON invitation USING gin (persons);

-- Persons who do not want to be asked again.
CREATE TABLE opted_out (
    person text PRIMARY KEY,
    since timestamptz NOT NULL
);
