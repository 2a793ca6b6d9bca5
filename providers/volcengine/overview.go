package volcengine

import (
	"context"

	"goscan/providers"
	"goscan/providers/internal/call"
	"goscan/providers/internal/row"
)

const opOverview = "ListBillOverviewByProd"

// Overview returns the month's totals per product and currency, of all its overview's rows.
func (c *client) Overview(ctx context.Context, m providers.Month) ([]providers.Total, error) {
	var sums totals
	for offset, total := 0, 1; offset < total; offset += pageSize {
		l, err := c.list(ctx, opOverview, call.RankFirst, c.api.ListBillOverviewByProdCommonWithContext, map[string]any{
			"BillPeriod":    m.String(),
			"IgnoreZero":    0,
			"Limit":         pageSize,
			"Offset":        offset,
			"NeedRecordNum": 1,
		})
		if err != nil {
			return nil, err
		}
		if total, err = sums.page(l, m, offset); err != nil {
			return nil, c.calls.Name(err, opOverview)
		}
	}
	return sums.list, nil
}

// totals are sums of overview rows, in the order in which their services first appear.
type totals struct {
	list  []providers.Total
	index map[[2]string]int // by service and currency
	total int               // rows that the first page announced
	pages row.Pages
}

// page adds a page's rows and returns how many the overview has.
func (t *totals) page(l list, m providers.Month, offset int) (int, error) {
	total, err := announced(l)
	if err != nil {
		return 0, err
	}
	if offset == 0 {
		t.total, t.index = total, map[[2]string]int{}
	}
	if total != t.total {
		return 0, changed("%d rows at first, then %d", t.total, total)
	}
	rows, err := row.Decode(l.List)
	if err != nil {
		return 0, err
	}
	if err := fits(l, len(rows), offset, total); err != nil {
		return 0, err
	}
	if t.pages.Repeats(rows) {
		return 0, changed("the page at row %d repeats another", offset)
	}
	for i, fields := range rows {
		if err := t.add(row.NewReader(fields, offset+i), offset+i, m); err != nil {
			return 0, err
		}
	}
	return total, nil
}

func (t *totals) add(r *row.Reader, offset int, m providers.Month) error {
	if period := r.Text("BillPeriod"); period != "" && period != m.String() {
		return malformed("row %d: BillPeriod %.20s, asked for %s", offset, period, m)
	}
	key := [2]string{r.Text("Product"), r.Text("Currency")}
	i, known := t.index[key]
	if !known {
		i = len(t.list)
		t.index[key] = i
		t.list = append(t.list, providers.Total{ServiceCode: key[0], ServiceName: r.Text("ProductZh"), Currency: key[1]})
	}
	sum := &t.list[i]
	payable := r.Money("PayableAmount")
	sum.Rows++
	sum.ListCost = sum.ListCost.Add(r.Money("OriginalBillAmount"))
	sum.BilledCost = sum.BilledCost.Add(payable)
	if settled(r.Text("SettlementType")) {
		sum.SettledCost = sum.SettledCost.Add(payable)
	}
	sum.CostBeforeVoucher = sum.CostBeforeVoucher.Add(r.Money("DiscountBillAmount"))
	sum.RoundingAmount = sum.RoundingAmount.Add(r.RoundedMoney("RoundBillAmount"))
	sum.TaxAmount = sum.TaxAmount.Add(r.Money("Tax"))
	return r.Err()
}

// settled tells whether a row is one that is paid for; others are of tests, quotas and the cloud's own use.
func settled(settlement string) bool { return settlement == "结算" || settlement == "settle" }
