-- The history of runs. Instants are text in UTC; a run without an end still runs or was killed.

CREATE TABLE runs (
	number INTEGER PRIMARY KEY, -- in the order of their beginnings
	id TEXT NOT NULL UNIQUE,
	command TEXT NOT NULL,
	host TEXT NOT NULL,
	pid INTEGER NOT NULL,
	started TEXT NOT NULL,
	ended TEXT,
	exit_code INTEGER NOT NULL,
	outcome TEXT NOT NULL,
	error TEXT NOT NULL,
	store_id TEXT NOT NULL
) STRICT;

-- What a run did to a bill: while it has no end, only which bill it was.
CREATE TABLE run_bills (
	run INTEGER NOT NULL, -- its number
	account TEXT NOT NULL,
	provider TEXT NOT NULL,
	dataset TEXT NOT NULL,
	month TEXT NOT NULL,
	days INTEGER NOT NULL,
	stored INTEGER NOT NULL,
	confirmed INTEGER NOT NULL,
	not_issued INTEGER NOT NULL,
	failed INTEGER NOT NULL,
	undone INTEGER NOT NULL,
	lines INTEGER NOT NULL,
	total TEXT NOT NULL, -- a JSON object: currency to amount
	pages INTEGER NOT NULL,
	retries INTEGER NOT NULL,
	throttles INTEGER NOT NULL,
	seconds REAL NOT NULL,
	outcome TEXT NOT NULL,
	error TEXT NOT NULL,
	PRIMARY KEY (run, account, dataset, month)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_bills_by_account ON run_bills (account, run);
