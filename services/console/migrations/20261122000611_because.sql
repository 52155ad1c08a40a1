-- migrate:up

-- Why an operator left records as they are, in their own words.
ALTER TABLE set_aside ADD COLUMN left_because text;
ALTER TABLE act ADD COLUMN because text;

-- Requests about waves and other acts are counted together, in the order in which they were done: a stepped clock
-- shows several the same moment. Null in requests from before they were.
ALTER TABLE wave_request ADD COLUMN heard_as bigint;
ALTER TABLE wave_request ALTER COLUMN heard_as SET DEFAULT nextval('act_id_seq');
