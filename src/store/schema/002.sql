-- Counts of requests from before this database, as somebody reported them. requests NULL: known to be unknown.
CREATE TABLE past_counts (
  month INTEGER PRIMARY KEY, -- year * 12 + month - 1, of the first
  months INTEGER NOT NULL, requests INTEGER, bookings INTEGER, source TEXT NOT NULL, event INTEGER NOT NULL) STRICT;
