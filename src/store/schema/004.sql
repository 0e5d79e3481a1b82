-- What was answered to a request with an idempotency key, for a day: the same request again gets the same answer.
CREATE TABLE answers (
  owner TEXT NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, status INTEGER NOT NULL, type TEXT, etag TEXT, location TEXT,
  body TEXT, at INTEGER NOT NULL, PRIMARY KEY (owner, key)) STRICT, WITHOUT ROWID;
CREATE INDEX answers_at ON answers (at);
-- A case that is shown asks for its own alerts, not through all that are open.
CREATE INDEX IF NOT EXISTS alerts_case ON alerts (case_id) WHERE closed_at IS NULL AND case_id IS NOT NULL;
