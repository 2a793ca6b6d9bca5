package storetest

import (
	"fmt"
	"maps"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// Amounts at which inexact arithmetic shows.
var awkward = [...]string{
	"0.000000000001", "-0.01", "12345678901.123456", "1e-5", "99999999999999.999999999999", "0.1", "0.2",
	"-99999999999999.999999999998", "-0.000000000001", "7.5", "0", "-3", "1000000", "0.300000000001",
}

func money(text string) providers.Money { return decimal.RequireFromString(text) }

func quantity(text string) providers.Quantity {
	return providers.Quantity{Decimal: decimal.RequireFromString(text), Valid: true}
}

// sample returns the i-th of an endless row of different lines, all fields filled.
func sample(i int) providers.Line {
	amount := func(shift int) providers.Money { return money(awkward[(i+shift)%len(awkward)]) }
	start := time.Date(2026, 10, 30, 16, 0, i%60, 0, time.UTC)
	l := providers.Line{
		Offset:             i,
		BillingAccountID:   "2100000001",
		BillingAccountName: "云账单（主）",
		SubAccountID:       fmt.Sprintf("sub-%d", i%2),
		SubAccountName:     fmt.Sprintf("部门 %d", i%2),
		ChargePeriodStart:  start,
		ChargePeriodEnd:    start.Add(24 * time.Hour),
		ChargeCategory:     []string{providers.ChargeUsage, providers.ChargePurchase}[i%2],
		ServiceCode:        fmt.Sprintf("svc%d", i%3),
		ServiceName:        fmt.Sprintf("云服务 %d", i%3),
		SkuID:              fmt.Sprintf("sku-%d", i%4),
		SkuMeter:           []string{"cpu 'hours'", "内存"}[i%2],
		ResourceID:         fmt.Sprintf("i-%d", i%5),
		ResourceName:       fmt.Sprintf("web-%d", i%5),
		RegionID:           []string{"cn-beijing", "cn-shanghai"}[i/2%2],
		RegionName:         []string{"华北2（北京）", "华东2（上海）"}[i/2%2],
		AvailabilityZone:   "cn-beijing-a",
		BillingMode:        []string{providers.BillingModePayAsYouGo, providers.BillingModeSubscription}[i/3%2],
		PricingQuantity:    quantity(awkward[i%len(awkward)]),
		PricingUnit:        []string{"核*时", "GiB*时", "核*时"}[i%3],
		ListUnitPrice:      quantity("0.0833"),
		ListCost:           amount(0), ContractedCost: amount(1), BilledCost: amount(2), EffectiveCost: amount(3),
		CostBeforeVoucher: amount(4), CostAfterVoucher: amount(5), CouponAmount: amount(6), VoucherAmount: amount(7),
		PaidAmount: amount(8), UnpaidAmount: amount(9), TaxAmount: amount(10), RoundingAmount: amount(11),
		Currency:      "CNY",
		CostUnit:      fmt.Sprintf("项目-%d", i%3),
		InvoiceIssuer: "火山引擎",
		Tags:          map[string]string{"team": fmt.Sprintf("team %d", i%3)},
		Native:        providers.PairsOf(map[string]string{"Zone": "a", "ExpandField": `{"a": [1, 2]}`, "编号": fmt.Sprint(i)}),
	}
	if i%2 == 0 {
		l.Tags["env"] = "生产"
	}
	if i%4 == 3 {
		l.Currency = "USD"
	}
	return l
}

// samples returns n different lines.
func samples(n int) []providers.Line { return samplesFrom(0, n) }

// samplesFrom returns n lines that differ from the first ones.
func samplesFrom(first, n int) []providers.Line {
	lines := make([]providers.Line, n)
	for i := range lines {
		lines[i] = sample(first + i)
		lines[i].Offset = i
	}
	return lines
}

// sharing returns n lines of one resource whose billed costs add up to total.
func sharing(total int64, n int, resource string) []providers.Line {
	lines := make([]providers.Line, n)
	part := decimal.New(total, 0).DivRound(decimal.New(int64(n), 0), providers.MoneyScale)
	rest := decimal.New(total, 0)
	for i := range lines {
		l := sample(i)
		l.Currency, l.ResourceID, l.ResourceName, l.BilledCost = "CNY", resource, resource, part
		if i == n-1 {
			l.BilledCost = rest
		}
		rest = rest.Sub(part)
		lines[i] = l
	}
	return lines
}

func cloneLine(l providers.Line) providers.Line {
	l.Tags, l.Native = maps.Clone(l.Tags), providers.PairsOf(l.Native.Map())
	return l
}

// with returns the pairs with another value of a key.
func with(p providers.Pairs, key, value string) providers.Pairs {
	m := p.Map()
	m[key] = value
	return providers.PairsOf(m)
}
