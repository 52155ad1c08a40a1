-- migrate:up

-- All headers of a record that is published again, as JSON with Base64 in it. Null: the kind alone.
ALTER TABLE runtime.outbox ADD COLUMN headers bytea;
ALTER TABLE runtime.outbox_refused ADD COLUMN headers bytea;
