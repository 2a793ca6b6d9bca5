package alicloud

import (
	"context"

	"goscan/providers"
	"goscan/providers/internal/call"
	"goscan/providers/internal/row"
)

const opOverview = "QueryBillOverview"

// Overview returns the month's totals per product and currency. The API has no pages.
func (c *client) Overview(ctx context.Context, m providers.Month) ([]providers.Total, error) {
	data, err := c.data(ctx, opOverview, c.overviewPace, call.RankNone, map[string]any{"BillingCycle": m.String()})
	if err != nil {
		return nil, err
	}
	sums, err := totals(data, m)
	return sums, c.calls.Name(err, opOverview)
}

func totals(data string, m providers.Month) ([]providers.Total, error) {
	p, err := decodeData(data)
	if err != nil {
		return nil, err
	}
	if p.BillingCycle != "" && p.BillingCycle != m.String() {
		return nil, malformed("BillingCycle %.20s, asked for %s", p.BillingCycle, m)
	}
	if p.Items == "" {
		return nil, malformed("the answer has no Items")
	}
	rows, err := itemsOf(p.Items, 0)
	if err != nil {
		return nil, err
	}
	var sums []providers.Total
	index := map[[2]string]int{}
	for offset, fields := range rows {
		r := row.NewReader(fields, offset)
		key := [2]string{r.Text("ProductCode"), r.Text("Currency")}
		i, known := index[key]
		if !known {
			i = len(sums)
			index[key] = i
			sums = append(sums, providers.Total{ServiceCode: key[0], ServiceName: r.Text("ProductName"), Currency: key[1]})
		}
		add(&sums[i], r)
		if err := r.Err(); err != nil {
			return nil, err
		}
	}
	return sums, nil
}

func add(sum *providers.Total, r *row.Reader) {
	payable := r.Money("PretaxAmount")
	sum.Rows++
	sum.ListCost = sum.ListCost.Add(r.Money("PretaxGrossAmount"))
	sum.BilledCost = sum.BilledCost.Add(payable)
	sum.SettledCost = sum.SettledCost.Add(payable)
	sum.CostBeforeVoucher = sum.CostBeforeVoucher.Add(payable)
	sum.RoundingAmount = sum.RoundingAmount.Add(r.Money("RoundDownDiscount"))
	sum.TaxAmount = sum.TaxAmount.Add(r.Money("Tax"))
}
