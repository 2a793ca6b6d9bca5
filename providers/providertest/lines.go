package providertest

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"sync"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
)

// No day of the suite takes longer: a provider that reads for ever fails, it does not hang the suite.
const longestFetch = 2 * time.Minute

// fetch reads a day and returns its lines by offset.
func (s suite) fetch(ctx context.Context, on subject, d providers.Day) (map[int]providers.Line, error) {
	return on.gather(ctx, func(ctx context.Context, emit providers.Emit) error { return on.Fetch(ctx, s.bill(d), d, emit) })
}

// gather returns the lines that read emits, by offset.
func (on subject) gather(ctx context.Context, read func(context.Context, providers.Emit) error) (map[int]providers.Line, error) {
	ctx, cancel := context.WithTimeout(ctx, longestFetch)
	defer cancel()
	var mu sync.Mutex
	lines := map[int]providers.Line{}
	repeated := -1
	err := read(ctx, func(page []providers.Line) error {
		mu.Lock()
		defer mu.Unlock()
		for _, l := range page {
			if _, seen := lines[l.Offset]; seen {
				repeated = l.Offset
			}
			lines[l.Offset] = l
		}
		return nil
	})
	on.log.noteError(err)
	if repeated >= 0 && err == nil {
		lines[-1] = providers.Line{} // an offset that comes twice is a wrong set of lines
	}
	return lines, err
}

// mustEqual checks that lines are exactly those of a day: their offsets, their order, their sums per service.
func (s suite) mustEqual(t *testing.T, on subject, d providers.Day, lines map[int]providers.Line) {
	t.Helper()
	s.mustEqualTruth(t, on.cloud.Truth(d), on.cloud.Day(d), lines)
}

func (s suite) mustEqualTruth(t *testing.T, truth simulator.Truth, rows []simulator.Row, lines map[int]providers.Line) {
	t.Helper()
	if len(lines) != truth.Lines() {
		t.Fatalf("%d lines with offsets of their own, want %d", len(lines), truth.Lines())
	}
	for i := range truth.Lines() {
		l, ok := lines[i]
		if !ok {
			t.Fatalf("no line has the offset %d of %d", i, truth.Lines())
		}
		if want, _ := rows[i][s.resourceField()].(string); l.ResourceID != want {
			t.Fatalf("the line at offset %d is of %q, the cloud's row there of %q", i, l.ResourceID, want)
		}
	}
	got := sum(lines)
	for service, want := range truth {
		if !got[service].Equal(want) {
			t.Errorf("%s in %s: lines add up to %+v, want %+v", service.Code, service.Currency, got[service], want)
		}
	}
	if len(got) != len(truth) {
		t.Errorf("lines are of %d services, want %d", len(got), len(truth))
	}
}

func (s suite) resourceField() string {
	return map[string]string{simulator.Volcengine: "InstanceNo", simulator.Alicloud: "InstanceID"}[s.kind]
}

// sum adds lines up as the simulator's truth does.
func sum(lines map[int]providers.Line) simulator.Truth {
	sums := simulator.Truth{}
	for _, l := range lines {
		service := simulator.Service{Code: l.ServiceCode, Currency: l.Currency}
		sums[service] = sums[service].Add(simulator.Sums{
			Lines:             1,
			ListCost:          l.ListCost,
			ContractedCost:    l.ContractedCost,
			BilledCost:        l.BilledCost,
			CostBeforeVoucher: l.CostBeforeVoucher,
			CostAfterVoucher:  l.CostAfterVoucher,
			CouponAmount:      l.CouponAmount,
			VoucherAmount:     l.VoucherAmount,
			PaidAmount:        l.PaidAmount,
			UnpaidAmount:      l.UnpaidAmount,
			TaxAmount:         l.TaxAmount,
			RoundingAmount:    l.RoundingAmount,
		})
	}
	return sums
}

// slim returns rows with the fields that the truth and the paging need, so that a large day costs little to serve.
func (s suite) slim(rows []simulator.Row) []simulator.Row {
	needed := map[string][]string{
		simulator.Volcengine: {
			"BillPeriod", "ExpenseDate", "Product", "ProductZh", "InstanceNo", "BillingMode", "BillCategory", "SettlementType",
			"Currency", "OriginalBillAmount", "PreferentialBillAmount", "RoundAmount", "DiscountBillAmount", "CouponAmount",
			"PayableAmount", "PaidAmount", "UnpaidAmount", "Tax",
		},
		simulator.Alicloud: {
			"BillingDate", "ProductCode", "ProductName", "InstanceID", "SubscriptionType", "Item", "Currency",
			"PretaxGrossAmount", "InvoiceDiscount", "AfterDiscountAmount", "DeductedByCoupons", "PretaxAmount",
			"DeductedByCashCoupons", "PaymentAmount", "OutstandingAmount",
		},
	}[s.kind]
	slimmed := make([]simulator.Row, len(rows))
	for i, row := range rows {
		slimmed[i] = simulator.Row{}
		for _, field := range needed {
			if v, ok := row[field]; ok {
				slimmed[i][field] = v
			}
		}
	}
	return slimmed
}

// fill gives a day n slim lines.
func (s suite) fill(t *testing.T, cloud *simulator.Cloud, d providers.Day, n int) {
	t.Helper()
	if err := cloud.SetDay(d, s.slim(cloud.Rows(d, n))); err != nil {
		t.Fatal(err)
	}
}

// secretForms returns secrets as they might be printed.
func secretForms(secrets ...string) []string {
	var forms []string
	for _, secret := range secrets {
		forms = append(forms, secret, url.QueryEscape(secret), hex.EncodeToString([]byte(secret)),
			base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)))
	}
	return forms
}
