-- migrate:up

-- What an operator has put aside as seen: it is kept, and needs nobody any more. In the trail:
--   leave_delivery   about the manifest of a delivery that was not taken
--   leave            about the records that were chosen, in words; many: records
--   leave_one        about the record of that id
ALTER TABLE delivery_refused ADD COLUMN left_at timestamptz;
ALTER TABLE delivery_refused ADD COLUMN left_by text;
ALTER TABLE set_aside ADD COLUMN left_at timestamptz;
ALTER TABLE set_aside ADD COLUMN left_by text;

-- The name of the manifest by which a delivery was read. Null in those read before it was told.
ALTER TABLE delivery ADD COLUMN manifest text;
