package sqlite

// The files of a state folder.
const (
	StateFile  = "state.db"
	LedgerFile = "ledger.db"
	LockFile   = "state.lock"
)
