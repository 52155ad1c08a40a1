-- migrate:up

-- What operators did that no event tells: the trail beside the requests about waves. `asked` is one of
--   resume           about a service; many: failures that are no reason to stop again
--   redrive          about the records that were chosen, in words; many: records
--   redrive_one      about the record of that id
--   account, remove  about an operator
-- `came_of_it` says why nothing did, where it could not be done.
CREATE TABLE act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    asked text NOT NULL,
    about text NOT NULL,
    many integer,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    came_of_it text
);
