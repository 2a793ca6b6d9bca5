-- The state: what the runs remember between them. All of it but the first days and the history of
-- runs can be rebuilt from the stores.

CREATE TABLE marks (
	store_id TEXT NOT NULL,
	account TEXT NOT NULL,
	provider TEXT NOT NULL,
	dataset TEXT NOT NULL,
	month TEXT NOT NULL,
	day TEXT NOT NULL,
	load_id INTEGER NOT NULL,
	version TEXT NOT NULL,
	committed_at TEXT NOT NULL,
	state TEXT NOT NULL,
	lines INTEGER NOT NULL,
	billed_cost TEXT NOT NULL,
	checksum TEXT NOT NULL,
	run_id TEXT NOT NULL,
	PRIMARY KEY (store_id, account, dataset, day)
) STRICT, WITHOUT ROWID;

-- The first day that an account keeps in a store, fixed by its first sync.
CREATE TABLE first_days (
	store_id TEXT NOT NULL,
	account TEXT NOT NULL,
	day TEXT NOT NULL,
	PRIMARY KEY (store_id, account)
) STRICT, WITHOUT ROWID;
