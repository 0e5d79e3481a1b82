-- Version 1. Times are milliseconds, dates days since 1970-01-01; NULL is unknown. Texts that identify a person stand in
-- bookings, charges, requests, documents and in the events' text, and nowhere else, so that an expunge knows where to go.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE agencies (id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL) STRICT;
CREATE TABLE addresses (
  agency TEXT NOT NULL REFERENCES agencies(id), position INTEGER NOT NULL, channel INTEGER NOT NULL, address TEXT NOT NULL,
  verified_by TEXT, verified_on INTEGER, secret TEXT, PRIMARY KEY (agency, position)) STRICT;
CREATE TABLE people (name TEXT PRIMARY KEY, role TEXT NOT NULL, public_key BLOB) STRICT;

CREATE TABLE packs (
  id TEXT NOT NULL, version TEXT NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL,
  added_at INTEGER NOT NULL, PRIMARY KEY (id, version)) STRICT;
CREATE TABLE pack_files (
  pack TEXT NOT NULL, version TEXT NOT NULL, name TEXT NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (pack, version, name), FOREIGN KEY (pack, version) REFERENCES packs(id, version)) STRICT;
CREATE TABLE pack_signatures (
  pack TEXT NOT NULL, version TEXT NOT NULL, starts INTEGER NOT NULL, person TEXT NOT NULL REFERENCES people(name),
  signature BLOB NOT NULL, signed_at INTEGER NOT NULL, PRIMARY KEY (pack, version, starts, person),
  FOREIGN KEY (pack, version) REFERENCES packs(id, version)) STRICT;
CREATE TABLE activations (
  id INTEGER PRIMARY KEY, in_force_from INTEGER NOT NULL, pack TEXT NOT NULL, version TEXT NOT NULL,
  UNIQUE (pack, version, in_force_from), FOREIGN KEY (pack, version) REFERENCES packs(id, version)) STRICT;

-- A row is provable by its salt and its place in the chunk (import_chunks.leaves) that brought it.
CREATE TABLE bookings (
  id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, state_id TEXT, family TEXT, given TEXT, middle TEXT, sex TEXT,
  birth_date INTEGER, booked_at INTEGER, custody INTEGER NOT NULL, triggered_at INTEGER, trigger_kind TEXT,
  left_at INTEGER, leave_kind TEXT, name_key TEXT, chunk INTEGER, place INTEGER, salt BLOB) STRICT;
-- Matching by name or state number concerns people who are here, so the indexes stay small whatever the history.
CREATE INDEX bookings_name ON bookings (name_key) WHERE left_at IS NULL AND name_key IS NOT NULL;
CREATE INDEX bookings_state ON bookings (state_id) WHERE left_at IS NULL AND state_id IS NOT NULL;
CREATE TABLE charges (
  id INTEGER PRIMARY KEY, -- booking * 65536 + sequence
  this_booking INTEGER NOT NULL, citation TEXT, text TEXT, class TEXT, grade INTEGER NOT NULL, state_prison INTEGER NOT NULL,
  attempt INTEGER NOT NULL, stage INTEGER NOT NULL, happened_on INTEGER, convicted_on INTEGER, incarcerated TEXT,
  chunk INTEGER, place INTEGER, salt BLOB) STRICT;
CREATE TABLE import_chunks (event INTEGER PRIMARY KEY, leaves BLOB NOT NULL) STRICT;
CREATE TABLE reports ( -- triggers and releases as they were reported
  booking INTEGER NOT NULL REFERENCES bookings(id), kind TEXT NOT NULL, at INTEGER NOT NULL, event INTEGER NOT NULL,
  PRIMARY KEY (booking, kind, at)) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
  id INTEGER PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies(id), reference TEXT NOT NULL, form TEXT NOT NULL,
  received_at INTEGER NOT NULL, content TEXT NOT NULL, body TEXT, dropped INTEGER NOT NULL) STRICT;
CREATE INDEX requests_reference ON requests (agency, reference);
CREATE TABLE cases (
  id INTEGER PRIMARY KEY REFERENCES requests(id), state INTEGER NOT NULL, request_state INTEGER NOT NULL,
  match INTEGER NOT NULL, match_why TEXT, match_by TEXT, disputed INTEGER NOT NULL, booking INTEGER REFERENCES bookings(id),
  decision INTEGER, decided_at INTEGER, told TEXT, work_why TEXT, supersedes INTEGER, superseded_by INTEGER) STRICT;
CREATE INDEX cases_open_booking ON cases (booking) WHERE state < 5;
CREATE INDEX cases_booking ON cases (booking);
CREATE INDEX cases_work ON cases (id) WHERE work_why IS NOT NULL;
CREATE TABLE unmatched (id INTEGER PRIMARY KEY REFERENCES cases(id), number TEXT, state_id TEXT, name_key TEXT) STRICT;
CREATE TABLE answers_by_hand ( -- resolve, override and what waits for a second person
  case_id INTEGER NOT NULL REFERENCES cases(id), ask INTEGER NOT NULL, outcome INTEGER NOT NULL, confirmed INTEGER NOT NULL,
  override INTEGER NOT NULL, basis TEXT NOT NULL, by_whom TEXT NOT NULL, second TEXT, at INTEGER NOT NULL, reason TEXT,
  PRIMARY KEY (case_id, ask, confirmed)) STRICT;
CREATE TABLE duties (
  case_id INTEGER NOT NULL REFERENCES cases(id), what TEXT NOT NULL, since INTEGER NOT NULL, due INTEGER, state INTEGER NOT NULL,
  citation TEXT, done_at INTEGER, done_by TEXT, how TEXT, PRIMARY KEY (case_id, what)) STRICT;
CREATE INDEX duties_due ON duties (due) WHERE state = 0 AND due IS NOT NULL;
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, text TEXT NOT NULL, case_id INTEGER, booking INTEGER,
  raised_at INTEGER NOT NULL, closed_at INTEGER, closed_by TEXT, reason TEXT) STRICT;
CREATE INDEX alerts_open ON alerts (id) WHERE closed_at IS NULL;
CREATE TABLE expunges (booking INTEGER PRIMARY KEY, proposed_by TEXT NOT NULL, authority TEXT NOT NULL, at INTEGER NOT NULL) STRICT;

CREATE TABLE notices (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, case_id INTEGER NOT NULL REFERENCES cases(id), kind INTEGER NOT NULL,
  channel INTEGER NOT NULL, address TEXT NOT NULL, position INTEGER NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL,
  queued_at INTEGER NOT NULL, next_at INTEGER NOT NULL, lease_until INTEGER, worker TEXT, provider_ref TEXT,
  decision INTEGER NOT NULL, triggered_at INTEGER, trigger_kind TEXT, answers TEXT, confirmed_at INTEGER, why TEXT) STRICT;
CREATE INDEX notices_due ON notices (next_at) WHERE state < 4;
CREATE INDEX notices_case ON notices (case_id);

CREATE TABLE events (
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, case_id INTEGER, booking INTEGER, salt BLOB, text TEXT,
  commitment BLOB NOT NULL) STRICT;
CREATE INDEX events_case ON events (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX events_booking ON events (booking) WHERE booking IS NOT NULL;
CREATE TABLE tiles (id INTEGER PRIMARY KEY, root BLOB NOT NULL) STRICT;
CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, at INTEGER NOT NULL, note TEXT NOT NULL) STRICT;
