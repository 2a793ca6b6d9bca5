package cmd

import (
	"regexp"
	"slices"
	"strings"

	"goscan/cmd/manual"
	"goscan/store/clickhouse"
)

// A focusColumn is a column of the view focus.
type focusColumn struct {
	name string
	from []string // the columns of the view bills that it is made of
}

func helpFocus() []manual.Passage {
	var focus, own []manual.Term
	for _, c := range focusColumns() {
		text := strings.Join(c.from, ", ")
		if note := focusNote(c.name); note != "" {
			text += ": " + note
		}
		if strings.HasPrefix(c.name, "x_") {
			own = append(own, manual.Term{Name: c.name, Text: text})
		} else {
			focus = append(focus, manual.Term{Name: c.name, Text: text})
		}
	}
	return []manual.Passage{
		{Text: `The view focus, in ClickHouse and in the ledger, shows the stored lines under the column names of FOCUS 1.2, the
open specification of bills (focus.finops.org). It has the lines of current loads, as the view bills has.
Beside each column are those of bills that it is made of. Where FOCUS wants null, an empty text is null.

Instants are UTC: a month of the billing calendar (UTC+8) begins at 16:00 of the day before. Amounts are exact
decimals with 12 places, in BillingCurrency. They are never added across currencies.

  SELECT ServiceCategory, BillingCurrency, sum(EffectiveCost) FROM focus GROUP BY 1, 2`},
		{Title: "COLUMNS OF FOCUS", Terms: focus},
		{Title: "COLUMNS OF GOSCAN", Text: "What FOCUS has no column for begins with x_.", Terms: own},
		{Title: "LEFT OUT", Text: `Columns of FOCUS that neither cloud's bill has anything for: those of capacity reservations, commitment discounts,
consumed quantities, invoices and pricing currencies. The clouds' own fields are in x_Native, verbatim.`},
	}
}

// focusColumns reads the columns from the definition of the view.
func focusColumns() []focusColumn {
	sql, err := clickhouse.SchemaSQL("default", clickhouse.Cluster{})
	if err != nil { // an embedded file is broken, which every test of it says
		return nil
	}
	definitions := regexp.MustCompile("(?s)VIEW `default`.`focus` AS\\s+SELECT(.*?)\\nFROM ").FindAllStringSubmatch(sql, -1)
	if len(definitions) == 0 {
		return nil
	}
	var columns []focusColumn
	for _, item := range selected(definitions[len(definitions)-1][1]) { // a later migration replaces the view
		at := strings.LastIndex(item, "AS ")
		if at < 0 {
			continue
		}
		columns = append(columns, focusColumn{strings.TrimSpace(item[at+len("AS "):]), sourcesOf(item[:at], columns)})
	}
	return columns
}

// selected splits what is selected at the commas between columns.
func selected(list string) []string {
	var items []string
	depth, quoted, from := 0, false, 0
	for i, c := range list {
		switch {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			items = append(items, list[from:i])
			from = i + 1
		}
	}
	return append(items, list[from:])
}

// sourcesOf returns the columns in an expression, in the order of the alphabet. Those of the view itself stand for what
// they are made of. Columns are the words in small letters that no bracket follows.
func sourcesOf(expression string, view []focusColumn) []string {
	expression = regexp.MustCompile(`'[^']*'`).ReplaceAllString(expression, "")
	var sources []string
	for _, word := range regexp.MustCompile(`\b[A-Za-z_]+\b\(?`).FindAllString(expression, -1) {
		i := slices.IndexFunc(view, func(c focusColumn) bool { return c.name == word })
		switch {
		case i >= 0:
			sources = append(sources, view[i].from...)
		case word == strings.ToLower(word) && !strings.HasSuffix(word, "("):
			sources = append(sources, word)
		}
	}
	slices.Sort(sources)
	return slices.Compact(sources)
}

// focusNote says what the names alone do not.
func focusNote(column string) string {
	switch column {
	case "BilledCost":
		return "what the cloud bills, after discounts; Volcengine PayableAmount, Alibaba Cloud PretaxAmount"
	case "BillingAccountId":
		return "the payer's id, or the account's name in goscan.yaml"
	case "BillingPeriodStart", "BillingPeriodEnd":
		return "the bill's month, from its first instant to that of the next month"
	case "ChargeCategory":
		return "Usage, Purchase, Tax, Credit or Adjustment"
	case "ChargePeriodStart", "ChargePeriodEnd":
		return "when it was used, as far as the cloud says; else the day"
	case "ContractedCost":
		return "at list prices less what the contract takes off; Volcengine PreferentialBillAmount, Alibaba Cloud InvoiceDiscount"
	case "EffectiveCost":
		return "the same as BilledCost: neither bill spreads what was paid in advance over its use"
	case "ListCost":
		return "at list prices"
	case "PricingQuantity", "PricingUnit":
		return "null unless the cloud gives both"
	case "ServiceCategory":
		return "one of FOCUS's categories, by a table of the clouds' services; Other for the rest"
	case "ServiceName":
		return "the cloud's own name, else its code"
	case "Tags":
		return "JSON"
	case "x_CostBeforeVoucher":
		return "what reports use, the one column that means the same on both clouds"
	case "x_Day":
		return "the billing day (UTC+8)"
	case "x_Line":
		return "the line's place in its day, from 0"
	case "x_Native":
		return "every field of the cloud that no column gives back exactly, JSON"
	}
	return ""
}
