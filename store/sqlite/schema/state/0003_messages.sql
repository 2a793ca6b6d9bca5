-- What was told to whom. No row holds a secret: addresses and keys are in the configuration alone.

-- Messages to channels, one row for each channel and message. A message that was sent keeps its row without its parts, so that
-- it is not sent again.
CREATE TABLE messages (
	number INTEGER PRIMARY KEY, -- in the order in which they were queued
	channel TEXT NOT NULL,
	id TEXT NOT NULL, -- what is told
	kind TEXT NOT NULL,
	title TEXT NOT NULL,
	parts BLOB NOT NULL, -- empty once it is settled
	sent INTEGER NOT NULL, -- how many parts arrived
	told TEXT NOT NULL, -- the numbers that it tells, in the words of the caller
	queued TEXT NOT NULL,
	expires TEXT NOT NULL,
	claimed TEXT NOT NULL, -- until when a process has it in hand
	settled TEXT NOT NULL, -- when it was sent or given up; empty: it waits
	outcome TEXT NOT NULL,
	attempts INTEGER NOT NULL,
	error TEXT NOT NULL, -- of the last attempt
	UNIQUE (channel, id)
) STRICT;

-- When messages were sent with a key, which is a hash: servers count them.
CREATE TABLE sends (
	key TEXT NOT NULL,
	at INTEGER NOT NULL -- microseconds since 1970
) STRICT;
CREATE INDEX sends_by_key ON sends (key, at);

-- What is wrong with an account and was told: it is told again when it changes, and when it is over.
CREATE TABLE troubles (
	account TEXT NOT NULL,
	kind TEXT NOT NULL,
	since TEXT NOT NULL,
	detail TEXT NOT NULL,
	PRIMARY KEY (account, kind)
) STRICT, WITHOUT ROWID;
