-- migrate:up

-- Receipts that are kept here and not yet applied to their letters: too many said alike, or one has a code that
-- nobody knows.
ALTER TABLE receipt ADD COLUMN pending boolean NOT NULL DEFAULT false;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX receipt_pending ON receipt (id) WHERE pending;

-- A stop binds by its row alone, read at each claim. Its letters are ended and told in pieces, while this is true.
ALTER TABLE wave ADD COLUMN ending boolean NOT NULL DEFAULT false;
