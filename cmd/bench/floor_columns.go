package main

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/ClickHouse/ch-go/proto"

	"goscan/providers"
)

// columns are those of bill_lines, as plainly as ch-go has them.
type columns struct {
	account, provider, dataset *proto.ColLowCardinality[string]
	months, days               proto.ColDate
	line                       proto.ColUInt32
	loads                      proto.ColUInt64
	texts                      [len(textColumns)]*proto.ColLowCardinality[string]
	resourceID, resourceName   proto.ColStr
	start, end                 proto.ColDateTime
	quantity, price            *proto.ColNullable[proto.Decimal128]
	amounts                    [len(amountColumns)]proto.ColDecimal128
	tags, native               *proto.ColMap[string, string]
	input                      proto.Input
}

var (
	textColumns = [...]string{
		"billing_account_id", "billing_account_name", "sub_account_id", "sub_account_name", "charge_category", "charge_class",
		"service_code", "service_name", "sku_id", "sku_meter", "region_id", "region_name", "availability_zone", "billing_mode",
		"pricing_unit", "currency", "cost_unit", "invoice_issuer",
	}
	amountColumns = [...]string{
		"list_cost", "contracted_cost", "billed_cost", "effective_cost", "cost_before_voucher", "cost_after_voucher",
		"coupon_amount", "voucher_amount", "paid_amount", "unpaid_amount", "tax_amount", "rounding_amount",
	}
)

func newColumns() *columns {
	low := func() *proto.ColLowCardinality[string] { return new(proto.ColStr).LowCardinality() }
	textMap := func() *proto.ColMap[string, string] { return proto.NewMap[string, string](low(), new(proto.ColStr)) }
	const money = "Decimal(38, 12)"
	c := &columns{
		account: low(), provider: low(), dataset: low(), tags: textMap(), native: textMap(),
		quantity: new(proto.ColDecimal128).Nullable(), price: new(proto.ColDecimal128).Nullable(),
	}
	c.input = proto.Input{
		{Name: "account", Data: c.account}, {Name: "provider", Data: c.provider}, {Name: "dataset", Data: c.dataset},
		{Name: "month", Data: &c.months}, {Name: "day", Data: &c.days}, {Name: "line", Data: &c.line}, {Name: "load_id", Data: &c.loads},
		{Name: "resource_id", Data: &c.resourceID}, {Name: "resource_name", Data: &c.resourceName},
		{Name: "charge_period_start", Data: &c.start}, {Name: "charge_period_end", Data: &c.end},
		{Name: "pricing_quantity", Data: proto.Alias(c.quantity, "Nullable("+money+")")},
		{Name: "list_unit_price", Data: proto.Alias(c.price, "Nullable("+money+")")},
		{Name: "tags", Data: c.tags}, {Name: "native", Data: c.native},
	}
	for i := range c.texts {
		c.texts[i] = low()
		c.input = append(c.input, proto.InputColumn{Name: textColumns[i], Data: c.texts[i]})
	}
	for i := range c.amounts {
		c.input = append(c.input, proto.InputColumn{Name: amountColumns[i], Data: proto.Alias(&c.amounts[i], money)})
	}
	return c
}

// A floorRow is a row of a cloud's page, decoded.
type floorRow interface {
	texts() [len(textColumns)]string
	resource() (id, name string)
	quantities() (quantity, price string)
	amounts() ([len(amountColumns)]proto.Int128, error)
	tagPairs() ([]pair, error)
	appendNative(*proto.ColMap[string, string])
}

type pair struct{ key, value string }

func (c *columns) add(kind string, d providers.Day, offset int, row floorRow) error {
	c.account.Append(kind)
	c.provider.Append(kind)
	c.dataset.Append(providers.DatasetBill)
	c.months = append(c.months, proto.Date(d.Month().First()))
	c.days = append(c.days, proto.Date(d))
	c.line.Append(uint32(offset))
	c.loads.Append(1)
	for i, text := range row.texts() {
		c.texts[i].Append(text)
	}
	id, name := row.resource()
	c.resourceID.Append(id)
	c.resourceName.Append(name)
	c.start.AppendRaw(proto.DateTime(d.Start().Unix()))
	c.end.AppendRaw(proto.DateTime((d + 1).Start().Unix()))
	quantity, price := row.quantities()
	for _, q := range []struct {
		text string
		into *proto.ColNullable[proto.Decimal128]
	}{{quantity, c.quantity}, {price, c.price}} {
		v, err := fixed(q.text)
		if err != nil {
			return err
		}
		q.into.Append(proto.NewNullable(proto.Decimal128(v)))
	}
	amounts, err := row.amounts()
	if err != nil {
		return err
	}
	for i, v := range amounts {
		c.amounts[i].Append(proto.Decimal128(v))
	}
	pairs, err := row.tagPairs()
	if err != nil {
		return err
	}
	slices.SortFunc(pairs, func(a, b pair) int { return strings.Compare(a.key, b.key) })
	for _, p := range pairs {
		c.tags.Keys.Append(p.key)
		c.tags.Values.Append(p.value)
	}
	c.tags.Offsets.Append(uint64(c.tags.Keys.Rows()))
	row.appendNative(c.native)
	c.native.Offsets.Append(uint64(c.native.Keys.Rows()))
	return nil
}

// fixed parses an amount as the number of millionths of a millionth that a column of amounts has.
func fixed(text string) (proto.Int128, error) {
	digits := strings.TrimPrefix(text, "-")
	units, places := uint64(0), 12
	point := false
	for i := range len(digits) {
		switch c := digits[i]; {
		case '0' <= c && c <= '9':
			units = units*10 + uint64(c-'0')
			if point {
				places--
			}
		case c == '.' && !point:
			point = true
		default:
			return proto.Int128{}, fmt.Errorf("%q is no amount", text)
		}
	}
	if len(digits) == 0 || len(digits) > 18 || places < 0 {
		return proto.Int128{}, fmt.Errorf("%q is no amount of the benchmark's", text)
	}
	factor := uint64(1)
	for range places {
		factor *= 10
	}
	high, low := bits.Mul64(units, factor)
	v := proto.Int128{Low: low, High: high}
	if len(digits) < len(text) {
		return minus(proto.Int128{}, v), nil
	}
	return v, nil
}

func minus(a, b proto.Int128) proto.Int128 {
	low, borrow := bits.Sub64(a.Low, b.Low, 0)
	high, _ := bits.Sub64(a.High, b.High, borrow)
	return proto.Int128{Low: low, High: high}
}

// fixedAll parses the amounts whose texts are given; an empty text is zero.
func fixedAll(texts [len(amountColumns)]string) (all [len(amountColumns)]proto.Int128, err error) {
	for i, text := range texts {
		if text == "" {
			continue
		}
		if all[i], err = fixed(text); err != nil {
			return all, err
		}
	}
	return all, nil
}

// givesBack tells whether a column of numbers gives the text of an amount back: then it is no native field.
func givesBack(amount string) bool {
	last := amount[len(amount)-1]
	return last != '0' || !strings.Contains(amount, ".")
}

// A nativeField is one that is kept beside the columns; one in doubt only where its column does not give its text back.
type nativeField struct {
	name  string
	doubt bool
}

// nativeFields reads a list of names in order. A question mark stands behind those in doubt.
func nativeFields(names string) []nativeField {
	var all []nativeField
	for name := range strings.FieldsSeq(names) {
		name, doubt := strings.CutSuffix(name, "?")
		all = append(all, nativeField{name, doubt})
	}
	return all
}

func appendKept(into *proto.ColMap[string, string], fields []nativeField, values []string) {
	for i, f := range fields {
		if f.doubt && givesBack(values[i]) {
			continue
		}
		into.Keys.Append(f.name)
		into.Values.Append(values[i])
	}
}
