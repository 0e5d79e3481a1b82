-- Version 6: people and papers are found by name, number and date, at any size. find_key is the name as names are compared
-- (name_key(): folded, without accents); it is NULL once expunged. One index of names serves finding and matching, for each
-- index of names and numbers costs an import a tenth of its rows a second; who is here is a short list.
DROP INDEX bookings_name;
DROP INDEX bookings_state;
ALTER TABLE bookings DROP COLUMN name_key;
ALTER TABLE bookings ADD COLUMN find_key TEXT;
UPDATE bookings SET find_key=name_key(family,given);
CREATE INDEX bookings_here ON bookings (id) WHERE left_at IS NULL;
CREATE INDEX bookings_find ON bookings (find_key) WHERE find_key IS NOT NULL;
CREATE INDEX bookings_born ON bookings (birth_date) WHERE birth_date IS NOT NULL;
CREATE INDEX bookings_known ON bookings (state_id) WHERE state_id IS NOT NULL;
ALTER TABLE requests ADD COLUMN find_key TEXT;
UPDATE requests SET find_key=name_key(json_extract(body,'$.subject.family'),json_extract(body,'$.subject.given')) WHERE body IS NOT NULL;
CREATE INDEX requests_find ON requests (find_key) WHERE find_key IS NOT NULL;
CREATE INDEX requests_number ON requests (reference);
CREATE INDEX requests_agency ON requests (agency);
CREATE INDEX requests_received ON requests (received_at);
CREATE INDEX cases_open ON cases (id) WHERE state<5;
CREATE INDEX cases_triggered ON cases (id) WHERE state=3;
CREATE INDEX proposals ON answers_by_hand (case_id) WHERE confirmed=0;
CREATE INDEX duties_late ON duties (due) WHERE state=2;
