package billfile

import (
	"time"

	"goscan/providers"
	"goscan/store"
)

// nativeColumns returns the columns of the view bills, in its order.
func nativeColumns() []column {
	columns := []column{
		ofDay("account", text, func(m *store.Mark) cell { return cell{text: m.Account} }),
		ofDay("provider", text, func(m *store.Mark) cell { return cell{text: m.Provider} }),
		ofDay("dataset", text, func(m *store.Mark) cell { return cell{text: m.Dataset} }),
		ofDay("month", date, func(m *store.Mark) cell { return cell{number: int64(m.Month.First())} }),
		ofDay("day", date, func(m *store.Mark) cell { return cell{number: int64(m.Day)} }),
		{
			name: "line", kind: integer,
			get: func(_ *store.Mark, l *providers.Line) cell { return cell{number: int64(l.Offset)} },
			set: func(l *providers.Line, c cell) { l.Offset = int(c.number) },
		},
		ofDay("load_id", integer, func(m *store.Mark) cell { return cell{number: int64(m.LoadID)} }),
		ofText("billing_account_id", func(l *providers.Line) *string { return &l.BillingAccountID }),
		ofText("billing_account_name", func(l *providers.Line) *string { return &l.BillingAccountName }),
		ofText("sub_account_id", func(l *providers.Line) *string { return &l.SubAccountID }),
		ofText("sub_account_name", func(l *providers.Line) *string { return &l.SubAccountName }),
		ofInstant("charge_period_start", func(l *providers.Line) *time.Time { return &l.ChargePeriodStart }),
		ofInstant("charge_period_end", func(l *providers.Line) *time.Time { return &l.ChargePeriodEnd }),
		ofText("charge_category", func(l *providers.Line) *string { return &l.ChargeCategory }),
		ofText("charge_class", func(l *providers.Line) *string { return &l.ChargeClass }),
		ofText("service_code", func(l *providers.Line) *string { return &l.ServiceCode }),
		ofText("service_name", func(l *providers.Line) *string { return &l.ServiceName }),
		ofText("sku_id", func(l *providers.Line) *string { return &l.SkuID }),
		ofText("sku_meter", func(l *providers.Line) *string { return &l.SkuMeter }),
		ofText("resource_id", func(l *providers.Line) *string { return &l.ResourceID }),
		ofText("resource_name", func(l *providers.Line) *string { return &l.ResourceName }),
		ofText("region_id", func(l *providers.Line) *string { return &l.RegionID }),
		ofText("region_name", func(l *providers.Line) *string { return &l.RegionName }),
		ofText("availability_zone", func(l *providers.Line) *string { return &l.AvailabilityZone }),
		ofText("billing_mode", func(l *providers.Line) *string { return &l.BillingMode }),
		ofQuantity("pricing_quantity", func(l *providers.Line) *providers.Quantity { return &l.PricingQuantity }),
		ofText("pricing_unit", func(l *providers.Line) *string { return &l.PricingUnit }),
		ofQuantity("list_unit_price", func(l *providers.Line) *providers.Quantity { return &l.ListUnitPrice }),
	}
	for i, name := range store.AmountColumns() {
		columns = append(columns, column{
			name: name, kind: amount,
			get: func(_ *store.Mark, l *providers.Line) cell { return cell{amount: *store.AmountFields(l)[i]} },
			set: func(l *providers.Line, c cell) { *store.AmountFields(l)[i] = c.amount },
		})
	}
	return append(columns,
		ofText("currency", func(l *providers.Line) *string { return &l.Currency }),
		ofText("cost_unit", func(l *providers.Line) *string { return &l.CostUnit }),
		ofText("invoice_issuer", func(l *providers.Line) *string { return &l.InvoiceIssuer }),
		column{
			name: "tags", kind: object,
			get: func(_ *store.Mark, l *providers.Line) cell { return cell{object: providers.PairsOf(l.Tags)} },
			set: func(l *providers.Line, c cell) { l.Tags = c.object.Map() },
		},
		column{
			name: "native", kind: object,
			get: func(_ *store.Mark, l *providers.Line) cell { return cell{object: l.Native} },
			set: func(l *providers.Line, c cell) { l.Native = c.object },
		},
	)
}

func ofDay(name string, k kind, get func(m *store.Mark) cell) column {
	return column{name: name, kind: k, get: func(m *store.Mark, _ *providers.Line) cell { return get(m) }}
}

func ofText(name string, field func(l *providers.Line) *string) column {
	return column{
		name: name, kind: text,
		get: func(_ *store.Mark, l *providers.Line) cell { return cell{text: *field(l)} },
		set: func(l *providers.Line, c cell) { *field(l) = c.text },
	}
}

func ofInstant(name string, field func(l *providers.Line) *time.Time) column {
	return column{
		name: name, kind: instant,
		get: func(_ *store.Mark, l *providers.Line) cell { return cell{number: field(l).Unix()} },
		set: func(l *providers.Line, c cell) { *field(l) = time.Unix(c.number, 0).UTC() },
	}
}

func ofQuantity(name string, field func(l *providers.Line) *providers.Quantity) column {
	return column{
		name: name, kind: amount, optional: true,
		get: func(_ *store.Mark, l *providers.Line) cell {
			q := *field(l)
			return cell{null: !q.Valid, amount: q.Decimal}
		},
		set: func(l *providers.Line, c cell) { *field(l) = providers.Quantity{Decimal: c.amount, Valid: !c.null} },
	}
}
