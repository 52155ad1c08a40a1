-- migrate:up

-- A month at the ends of the calendar (9999-12, 0000-10) was taken before manifests were held to 1900 to 2099. No wave
-- can rest on it, and looking for its start stopped every other.
DELETE FROM delivery WHERE period NOT BETWEEN '1900-01' AND '2099-12';
