-- migrate:up

-- The machinery's tables take the names that the trade has for them. Services do not run while this is applied.
-- squawk-ignore renaming-table
ALTER TABLE runtime.bookmark RENAME TO consumer_offset;
-- squawk-ignore renaming-column
ALTER TABLE runtime.consumer_offset RENAME COLUMN complete_until TO watermark;
