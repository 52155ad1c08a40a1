-- migrate:up

-- The record's headers byte for byte. Null in those set aside before they were kept so.
ALTER TABLE set_aside ADD COLUMN exact_headers jsonb;
