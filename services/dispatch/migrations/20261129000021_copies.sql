-- migrate:up

-- Leases name the copy by the id that it drew. Services do not run while this is applied; what was leased is free.
-- squawk-ignore changing-column-type
ALTER TABLE letter ALTER COLUMN leased_by TYPE uuid USING NULL;
