-- Version 3: who may. An account is a person: there is one row a name, and it is never deleted, so that no name comes back as
-- somebody else. Passwords stand here as Argon2id, secrets of sessions, links and tokens as SHA-256, the TOTP secret sealed
-- with a key that is derived from the ledger's key and so is not in this file.
ALTER TABLE people ADD COLUMN disabled_at INTEGER;
ALTER TABLE people ADD COLUMN password TEXT;
ALTER TABLE people ADD COLUMN password_at INTEGER;
ALTER TABLE people ADD COLUMN totp BLOB;
ALTER TABLE people ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN seen_at INTEGER;
ALTER TABLE people ADD COLUMN issuer TEXT;
ALTER TABLE people ADD COLUMN subject TEXT;
CREATE UNIQUE INDEX people_sso ON people (issuer, subject) WHERE issuer IS NOT NULL;

-- Failures by the keyed hash of a name or a source: a name that is nobody's counts and locks like any other, and what was typed
-- there (it may be a password) is not kept.
CREATE TABLE attempts (
  who BLOB PRIMARY KEY, failures INTEGER NOT NULL, since INTEGER NOT NULL, locked_at INTEGER, known INTEGER NOT NULL) STRICT;
CREATE INDEX attempts_since ON attempts (since);
CREATE TABLE sessions (
  hash BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, run BLOB NOT NULL, person TEXT NOT NULL REFERENCES people(name),
  source TEXT, since INTEGER NOT NULL, touched_at INTEGER NOT NULL, strong_at INTEGER, acknowledged_at INTEGER) STRICT;
CREATE INDEX sessions_person ON sessions (person);
CREATE TABLE links (
  hash BLOB PRIMARY KEY, person TEXT REFERENCES people(name), made_by TEXT NOT NULL, until INTEGER NOT NULL) STRICT;
CREATE TABLE tokens (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, hash BLOB NOT NULL UNIQUE, scopes INTEGER NOT NULL, made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER, used_at INTEGER) STRICT;
