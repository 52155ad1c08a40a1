-- migrate:up

-- Leases name the copy by the id that it drew, and last for as long as it gives signs of life. Services do not run
-- while this is applied; what was leased is free.
-- squawk-ignore changing-column-type
ALTER TABLE manifest ALTER COLUMN leased_by TYPE uuid USING NULL;
-- squawk-ignore changing-column-type
ALTER TABLE wave ALTER COLUMN leased_by TYPE uuid USING NULL;
-- squawk-ignore ban-drop-column
ALTER TABLE manifest DROP COLUMN leased_until;
-- squawk-ignore ban-drop-column
ALTER TABLE wave DROP COLUMN leased_until;
