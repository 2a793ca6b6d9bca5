package clickhouse

import (
	"fmt"
	"math"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"goscan/providers"
	"goscan/store"
)

const decimalType = proto.ColumnType("Decimal(38, 12)")

// The columns of text whose values repeat within a bill, in the order of the table's columns.
var repeatingTexts = [...]struct {
	column string
	of     func(l *providers.Line) string
}{
	{"billing_account_id", func(l *providers.Line) string { return l.BillingAccountID }},
	{"billing_account_name", func(l *providers.Line) string { return l.BillingAccountName }},
	{"sub_account_id", func(l *providers.Line) string { return l.SubAccountID }},
	{"sub_account_name", func(l *providers.Line) string { return l.SubAccountName }},
	{"charge_category", func(l *providers.Line) string { return l.ChargeCategory }},
	{"charge_class", func(l *providers.Line) string { return l.ChargeClass }},
	{"service_code", func(l *providers.Line) string { return l.ServiceCode }},
	{"service_name", func(l *providers.Line) string { return l.ServiceName }},
	{"sku_id", func(l *providers.Line) string { return l.SkuID }},
	{"sku_meter", func(l *providers.Line) string { return l.SkuMeter }},
	{"region_id", func(l *providers.Line) string { return l.RegionID }},
	{"region_name", func(l *providers.Line) string { return l.RegionName }},
	{"availability_zone", func(l *providers.Line) string { return l.AvailabilityZone }},
	{"billing_mode", func(l *providers.Line) string { return l.BillingMode }},
	{"pricing_unit", func(l *providers.Line) string { return l.PricingUnit }},
	{"currency", func(l *providers.Line) string { return l.Currency }},
	{"cost_unit", func(l *providers.Line) string { return l.CostUnit }},
	{"invoice_issuer", func(l *providers.Line) string { return l.InvoiceIssuer }},
}

// A block is the lines of one INSERT, as columns. It copies what it needs of a line.
type block struct {
	same  sameTexts
	load  store.LoadID
	month providers.Month
	day   providers.Day

	account, provider, dataset dictionary
	months, days               proto.ColDate
	line                       proto.ColUInt32
	loads                      proto.ColUInt64
	texts                      [len(repeatingTexts)]dictionary
	resourceID, resourceName   textColumn
	periodStart, periodEnd     proto.ColDateTime
	quantity, unitPrice        *proto.ColNullable[proto.Decimal128]
	amounts                    [store.AmountCount]proto.ColDecimal128
	tags, native               textMap

	input proto.Input
}

// sameTexts are the values that all lines of a block share.
type sameTexts struct{ account, provider, dataset string }

func newBlock() *block {
	k := &block{
		periodStart: proto.ColDateTime{Location: time.UTC}, periodEnd: proto.ColDateTime{Location: time.UTC},
		quantity: new(proto.ColDecimal128).Nullable(), unitPrice: new(proto.ColDecimal128).Nullable(),
	}
	k.input = proto.Input{
		{Name: "account", Data: &k.account},
		{Name: "provider", Data: &k.provider},
		{Name: "dataset", Data: &k.dataset},
		{Name: "month", Data: &k.months},
		{Name: "day", Data: &k.days},
		{Name: "line", Data: &k.line},
		{Name: "load_id", Data: &k.loads},
		{Name: "resource_id", Data: &k.resourceID},
		{Name: "resource_name", Data: &k.resourceName},
		{Name: "charge_period_start", Data: &k.periodStart},
		{Name: "charge_period_end", Data: &k.periodEnd},
		{Name: "pricing_quantity", Data: proto.Alias(k.quantity, "Nullable("+decimalType+")")},
		{Name: "list_unit_price", Data: proto.Alias(k.unitPrice, "Nullable("+decimalType+")")},
		{Name: "tags", Data: &k.tags},
		{Name: "native", Data: &k.native},
	}
	for i := range k.texts {
		k.input = append(k.input, proto.InputColumn{Name: repeatingTexts[i].column, Data: &k.texts[i]})
	}
	for i, column := range store.AmountColumns() {
		k.input = append(k.input, proto.InputColumn{Name: column, Data: proto.Alias(&k.amounts[i], decimalType)})
	}
	return k
}

// begin makes the block one of a load. It is empty.
func (k *block) begin(b providers.Bill, d providers.Day, id store.LoadID) {
	k.same, k.load, k.month, k.day = sameTexts{b.Account, b.Provider, b.Dataset}, id, b.Month, d
}

func (k *block) rows() int { return k.line.Rows() }

func (k *block) reset() { k.input.Reset() }

// fixedSize is what a line takes in the columns that are no texts, and in those of texts that repeat.
const fixedSize = (store.AmountCount+2)*16 + 2*1 + 2*2 + 4 + 8 + 2*4 + 2*8 + 21*1

// size returns about how many bytes the block takes.
func (k *block) size() int {
	return k.rows()*fixedSize + k.resourceID.size() + k.resourceName.size() + k.tags.size() + k.native.size()
}

// append adds a line, whose tags are given as pairs. After an error the block is of no use.
func (k *block) append(l *providers.Line, tags providers.Pairs) error {
	if l.Offset < 0 || int64(l.Offset) > math.MaxUint32 {
		return fmt.Errorf("line %d: its offset is out of range", l.Offset)
	}
	if err := k.appendAmounts(l); err != nil {
		return fmt.Errorf("line %d: %w", l.Offset, err)
	}
	if err := k.appendPeriod(l); err != nil {
		return fmt.Errorf("line %d: %w", l.Offset, err)
	}
	k.account.append(k.same.account)
	k.provider.append(k.same.provider)
	k.dataset.append(k.same.dataset)
	// A Date is a number of days on the wire, as a Day is: no zone comes between them.
	k.months = append(k.months, proto.Date(k.month.First()))
	k.days = append(k.days, proto.Date(k.day))
	k.line.Append(uint32(l.Offset))
	k.loads.Append(uint64(k.load))
	k.resourceID.append(l.ResourceID)
	k.resourceName.append(l.ResourceName)
	for i := range k.texts {
		k.texts[i].append(repeatingTexts[i].of(l))
	}
	k.tags.append(tags.Keys, tags.Values)
	k.native.append(l.Native.Keys, l.Native.Values)
	return nil
}

func (k *block) appendAmounts(l *providers.Line) error {
	for i, amount := range store.LineAmounts(l) {
		v, err := decimal128(amount)
		if err != nil {
			return fmt.Errorf("%s: %w", store.Amount(i), err)
		}
		k.amounts[i].Append(v)
	}
	if err := appendQuantity(k.quantity, l.PricingQuantity); err != nil {
		return fmt.Errorf("pricing_quantity: %w", err)
	}
	if err := appendQuantity(k.unitPrice, l.ListUnitPrice); err != nil {
		return fmt.Errorf("list_unit_price: %w", err)
	}
	return nil
}

func appendQuantity(column *proto.ColNullable[proto.Decimal128], q providers.Quantity) error {
	if !q.Valid {
		column.Append(proto.Null[proto.Decimal128]())
		return nil
	}
	v, err := decimal128(q.Decimal)
	if err != nil {
		return err
	}
	column.Append(proto.NewNullable(v))
	return nil
}

func (k *block) appendPeriod(l *providers.Line) error {
	if err := appendInstant(&k.periodStart, l.ChargePeriodStart); err != nil {
		return fmt.Errorf("charge_period_start: %w", err)
	}
	if err := appendInstant(&k.periodEnd, l.ChargePeriodEnd); err != nil {
		return fmt.Errorf("charge_period_end: %w", err)
	}
	return nil
}

func appendInstant(column *proto.ColDateTime, t time.Time) error {
	seconds := t.Unix()
	if seconds < 0 || seconds > math.MaxUint32 {
		return fmt.Errorf("%s is not between 1970 and 2106", t.Format(time.RFC3339))
	}
	column.AppendRaw(proto.DateTime(seconds))
	return nil
}

// lowCardinality returns a column for INSERTs of few rows.
func lowCardinality() *proto.ColLowCardinality[string] { return new(proto.ColStr).LowCardinality() }
