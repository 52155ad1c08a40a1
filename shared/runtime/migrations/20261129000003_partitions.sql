-- migrate:up

-- How many partitions the topic had for its publisher by the latest watermark. Null: it has not said.
ALTER TABLE runtime.consumer_offset ADD COLUMN partitions integer;
