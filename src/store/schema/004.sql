-- What was answered to a request with an idempotency key, for a day: the same request again gets the same answer.
CREATE TABLE answers (
  owner TEXT NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, status INTEGER NOT NULL, type TEXT, etag TEXT, location TEXT,
  body TEXT, at INTEGER NOT NULL, PRIMARY KEY (owner, key)) STRICT, WITHOUT ROWID;
CREATE INDEX answers_at ON answers (at);
