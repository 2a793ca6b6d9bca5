package sqlite

import (
	"context"
	"database/sql"
)

// An Identity says which customer of which cloud an account is.
type Identity struct {
	Provider string // a key of the registry
	Site     string // of a cloud that has several, which do not know each other's customers; else empty
	PayerID  string // the cloud's number of the customer who pays
}

// Identity returns who an account was when it was first synced; ok is false before SetIdentity.
func (s *State) Identity(ctx context.Context, account string) (id Identity, ok bool, err error) {
	ok, err = s.find(ctx, []any{&id.Provider, &id.Site, &id.PayerID},
		"SELECT provider, site, payer_id FROM identities WHERE account = ?", account)
	return id, ok, err
}

// AccountOf returns the name of the account that has an identity; ok is false where none has.
func (s *State) AccountOf(ctx context.Context, id Identity) (account string, ok bool, err error) {
	ok, err = s.find(ctx, []any{&account},
		"SELECT account FROM identities WHERE provider = ? AND site = ? AND payer_id = ?", id.Provider, id.Site, id.PayerID)
	return account, ok, err
}

// SetIdentity remembers who an account is, unless either the account or the identity is known already: then nothing
// changes and taken is true, unless they are known as this very pair.
func (s *State) SetIdentity(ctx context.Context, account string, id Identity) (taken bool, err error) {
	err = s.db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO identities VALUES (?, ?, ?, ?)",
			account, id.Provider, id.Site, id.PayerID)
		if err != nil {
			return err
		}
		var same bool
		err = tx.QueryRowContext(ctx,
			"SELECT count(*) FROM identities WHERE account = ? AND provider = ? AND site = ? AND payer_id = ?",
			account, id.Provider, id.Site, id.PayerID).Scan(&same)
		taken = !same
		return err
	})
	return taken, err
}
