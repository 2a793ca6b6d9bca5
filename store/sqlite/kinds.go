package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"goscan/providers"
)

// kindColumns are the columns of bill_kinds in the order of kindOf's values.
var kindColumns = [...]string{
	"service_code", "region_id", "region_name", "sub_account_id", "cost_unit", "billing_mode", "charge_category", "pricing_unit",
	"currency", "service_name", "charge_class", "sub_account_name", "billing_account_id", "billing_account_name", "invoice_issuer",
}

// A kind is what many lines have in common: who and what is billed, but for the resource. A ledger keeps each once.
type kind struct {
	values [len(kindColumns)]string
	id     any // an int64; nil until a block with it is inserted
}

func kindOf(l *providers.Line) [len(kindColumns)]string {
	return [...]string{
		l.ServiceCode, l.RegionID, l.RegionName, l.SubAccountID, l.CostUnit, l.BillingMode, l.ChargeCategory, l.PricingUnit,
		l.Currency, l.ServiceName, l.ChargeClass, l.SubAccountName, l.BillingAccountID, l.BillingAccountName, l.InvoiceIssuer,
	}
}

// kinds are those of one load's lines. The zero value is ready.
type kinds struct {
	all map[[len(kindColumns)]string]*kind
}

// of returns the kind of a line.
func (k *kinds) of(l *providers.Line) *kind {
	values := kindOf(l)
	found := k.all[values]
	if found == nil {
		if k.all == nil {
			k.all = map[[len(kindColumns)]string]*kind{}
		}
		for i, text := range values {
			values[i] = strings.Clone(text) // the line's is a part of a page
		}
		found = &kind{values: values}
		k.all[values] = found
	}
	return found
}

// resolve looks the kind up, or adds it.
func (k *kind) resolve(ctx context.Context, tx *sql.Tx) error {
	values := make([]any, len(k.values))
	for i, text := range k.values {
		values[i] = text
	}
	columns := strings.Join(kindColumns[:], ", ")
	parameters := "(" + strings.Join(slices.Repeat([]string{"?"}, len(values)), ", ") + ")"
	var id int64
	err := tx.QueryRowContext(ctx, "SELECT id FROM bill_kinds WHERE ("+columns+") = "+parameters, values...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = tx.QueryRowContext(ctx, "INSERT INTO bill_kinds ("+columns+") VALUES "+parameters+" RETURNING id", values...).Scan(&id)
	}
	if err == nil {
		k.id = id
	}
	return err
}

// ofKind tells whether a column of a line is one of its kind.
func ofKind(column string) bool { return slices.Contains(kindColumns[:], column) }
