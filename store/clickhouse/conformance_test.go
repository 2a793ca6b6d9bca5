package clickhouse_test

import (
	"context"
	"fmt"
	"net"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
	"goscan/store/storetest"
)

func TestConformance(t *testing.T) {
	for _, protocol := range protocols() {
		t.Run(string(protocol), func(t *testing.T) {
			t.Parallel()
			conform(t, protocol)
		})
	}
}

func conform(t *testing.T, protocol clickhouse.Protocol) {
	server := chtest.Start(t)
	storetest.Run(t, func(t testing.TB) storetest.Database {
		db := &database{t: t, server: *server, protocol: protocol}
		db.server.Database = server.NewDatabase(t)
		if _, err := clickhouse.Migrate(t.Context(), config(&db.server), "test"); err != nil {
			t.Fatal(err)
		}
		return db
	})
}

// A database is one under the conformance suite.
type database struct {
	t        testing.TB
	server   chtest.Server
	protocol clickhouse.Protocol // of the store; the test itself asks natively
}

// Address is for processes that may be killed.
func (db *database) Address() string { return db.addressAt(chtest.Forward(db.t, db.serverAddress())) }

func (db *database) serverAddress() string {
	cfg := over(&db.server, config(&db.server), db.protocol)
	return net.JoinHostPort(cfg.Hosts[0], strconv.Itoa(cfg.Port))
}

func (db *database) addressAt(hostPort string) string {
	return fmt.Sprintf("%s://%s/%s", db.protocol, hostPort, db.server.Database)
}

func (db *database) Open(_ context.Context, run store.Run) (storetest.Store, error) {
	return openImpatient(db.addressAt(db.serverAddress()), run)
}

// openImpatient opens a store with small blocks and no patience with what may be cleaned.
func openImpatient(address string, run store.Run) (storetest.Store, error) {
	cfg, err := configOf(address)
	cfg.Limits = clickhouse.Limits{BlockLines: 1000, Superseded: 1, Abandoned: 1}
	return clickhouse.Open(cfg, run), err
}

func (db *database) Clean(ctx context.Context, s storetest.Store) error {
	if _, err := s.(*clickhouse.Store).Clean(ctx); err != nil {
		return err
	}
	eventually(db.t, "deletions are done", func() bool {
		return count(db.t, &db.server, "SELECT count() FROM system.mutations WHERE database = 'DB' AND NOT is_done") == 0
	})
	return nil
}

func (db *database) StoredLines(_ context.Context, account string, d providers.Day) (int, error) {
	statement := fmt.Sprintf("SELECT count() FROM DB.bill_lines WHERE account = '%s' AND day = '%s'", account, d)
	return int(count(db.t, &db.server, statement)), nil
}

func (db *database) Lines(ctx context.Context, account string, d providers.Day) ([]providers.Line, error) {
	rows, err := db.server.Conn(db.t).Query(ctx, `SELECT line, billing_account_id, billing_account_name, sub_account_id, sub_account_name,
		charge_period_start, charge_period_end, charge_category, charge_class, service_code, service_name, sku_id, sku_meter,
		resource_id, resource_name, region_id, region_name, availability_zone, billing_mode, pricing_quantity, pricing_unit,
		list_unit_price, `+strings.Join(store.AmountColumns(), ", ")+`, currency, cost_unit, invoice_issuer, tags, native
		FROM `+db.server.Database+".bills WHERE account = ? AND day = ?", account, d.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lines []providers.Line
	for rows.Next() {
		var l providers.Line
		var offset uint32
		var quantity, price *decimal.Decimal
		var native map[string]string
		if err := rows.Scan(&offset, &l.BillingAccountID, &l.BillingAccountName, &l.SubAccountID, &l.SubAccountName,
			&l.ChargePeriodStart, &l.ChargePeriodEnd, &l.ChargeCategory, &l.ChargeClass, &l.ServiceCode, &l.ServiceName, &l.SkuID,
			&l.SkuMeter, &l.ResourceID, &l.ResourceName, &l.RegionID, &l.RegionName, &l.AvailabilityZone, &l.BillingMode, &quantity,
			&l.PricingUnit, &price, &l.ListCost, &l.ContractedCost, &l.BilledCost, &l.EffectiveCost, &l.CostBeforeVoucher,
			&l.CostAfterVoucher, &l.CouponAmount, &l.VoucherAmount, &l.PaidAmount, &l.UnpaidAmount, &l.TaxAmount, &l.RoundingAmount,
			&l.Currency, &l.CostUnit, &l.InvoiceIssuer, &l.Tags, &native); err != nil {
			return nil, err
		}
		l.Offset, l.PricingQuantity, l.ListUnitPrice = int(offset), nullable(quantity), nullable(price)
		l.Native = providers.PairsOf(native)
		lines = append(lines, l)
	}
	return lines, rows.Err()
}

func nullable(d *decimal.Decimal) providers.Quantity {
	if d == nil {
		return providers.Quantity{}
	}
	return providers.Quantity{Decimal: *d, Valid: true}
}

func (db *database) Focus(ctx context.Context, account string) (columns []string, focus []map[string]string, err error) {
	rows, err := db.server.Conn(db.t).Query(ctx,
		"SELECT * FROM "+db.server.Database+".focus WHERE x_Account = ? ORDER BY ResourceId", account)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		into := make([]any, len(rows.Columns()))
		for i, column := range rows.ColumnTypes() {
			into[i] = reflect.New(column.ScanType()).Interface()
		}
		if err := rows.Scan(into...); err != nil {
			return nil, nil, err
		}
		row := map[string]string{}
		for i, name := range rows.Columns() {
			if text, ok := focusText(reflect.ValueOf(into[i]).Elem()); ok {
				if rows.ColumnTypes()[i].DatabaseTypeName() == "Date" {
					text, _, _ = strings.Cut(text, "T")
				}
				row[name] = text
			}
		}
		focus = append(focus, row)
	}
	return rows.Columns(), focus, rows.Err()
}

func focusText(v reflect.Value) (text string, ok bool) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "", false
		}
		v = v.Elem()
	}
	switch v := v.Interface().(type) {
	case time.Time:
		return v.UTC().Format(time.RFC3339), true
	case decimal.Decimal:
		return v.String(), true
	}
	return fmt.Sprint(v.Interface()), true
}

// The types and nulls of the view are what FOCUS 1.2 asks for, column by column.
func TestFocusTypes(t *testing.T) {
	server, _ := migrated(t)
	types := map[string]string{}
	rows, err := server.Conn(t).Query(t.Context(), "SELECT name, type FROM system.columns WHERE database = ? AND table = 'focus'", server.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, columnType string
		if err := rows.Scan(&name, &columnType); err != nil {
			t.Fatal(err)
		}
		types[name] = columnType
	}
	plain := map[storetest.FocusType]string{
		storetest.FocusString: "String", storetest.FocusDecimal: "Decimal(38, 12)",
		storetest.FocusInstant: "DateTime('UTC')", storetest.FocusJSON: "String",
	}
	for _, c := range storetest.FocusColumns() {
		got, ok := types[c.Name]
		want := plain[c.Type]
		if ok && c.Null && strings.HasPrefix(got, "Nullable") {
			want = "Nullable(" + want + ")"
		}
		if !ok && !c.Mandatory {
			continue
		}
		if got != want {
			t.Errorf("%s is %q, want %q", c.Name, got, want)
		}
	}
}
