-- migrate:up

-- Which invitation a letter is of: its id is derived from the invitation and cannot be turned back.
CREATE TABLE letter (
    id uuid PRIMARY KEY,
    invitation uuid NOT NULL,
    number integer NOT NULL
);

-- Who published a record again, last.
ALTER TABLE set_aside ADD COLUMN redriven_by text;
