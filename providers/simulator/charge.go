package simulator

import (
	"fmt"
	"math/rand/v2"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// A Charge is what a row of a bill is about, in words that both clouds share. Row makes the row.
type Charge struct {
	Category Category

	Product, ProductName   string
	Item, ItemCode         string // the billing item
	Config                 string
	Resource, ResourceName string
	Place                  Place
	Project, ProjectName   string
	Tags                   []Tag

	Quantity, Unit string
	Price          string // list price of a unit

	List    providers.Money // list price
	Rebate  providers.Money // what contracts and promotions take off
	Coupon  providers.Money // 优惠券, Alibaba Cloud only
	Voucher providers.Money // 代金券

	Unpaid    bool // owed, not paid
	Unsettled bool // Volcengine: 非结算, shown but not charged
}

// A Category is the sort of a charge.
type Category uint8

// The sorts of charges.
const (
	Usage    Category = iota // pay as you go
	Purchase                 // a new subscription
	Renewal                  // the next period of a subscription
	Refund                   // of a subscription: its amounts are negative
)

// A Place is where a resource runs, as the cloud writes it.
type Place struct{ Region, RegionCode, Zone, ZoneCode string }

// A Tag is a tag of a resource.
type Tag struct{ Key, Value string }

// Row returns a row of the cloud's own shape for a charge of a day. All documented fields are present.
func (c *Cloud) Row(d providers.Day, charge Charge) Row { return c.wire.row(d, charge) }

// Rows returns n different rows of a day, the same ones every time.
func (c *Cloud) Rows(d providers.Day, n int) []Row {
	rows := make([]Row, n)
	for i := range rows {
		r := c.fleet[i%len(c.fleet)]
		charge := r.usage(d, c.options.Seed+uint64(i), whole)
		charge.Resource = fmt.Sprintf("%s-%05d", r.id, i)
		rows[i] = c.wire.row(d, charge)
	}
	return rows
}

// Fill makes n different rows the bill of a day.
func (c *Cloud) Fill(d providers.Day, n int) error { return c.SetDay(d, c.Rows(d, n)) }

// chargesOf makes up the charges of a day: the usage of the whole fleet, and what is bought or given back that day.
func (c *Cloud) chargesOf(d providers.Day) []Charge {
	var charges []Charge
	for i, r := range c.fleet {
		seed := c.options.Seed<<16 ^ uint64(i)
		switch {
		case d < r.since:
		case r.meter.monthly:
			charges = append(charges, r.subscription(d)...)
		default:
			charges = append(charges, r.usage(d, seed, c.load(r, d)))
		}
	}
	return charges
}

// Shares of a whole, in thousandths: made-up bills are computed in whole numbers.
const whole = 1000

func share(amount int64, thousandths int64) int64 { return amount * thousandths / whole }

// load returns how much a resource is used on a day compared with an ordinary one: the days before the demo's "today"
// have one story to tell.
func (c *Cloud) load(r resource, d providers.Day) int64 {
	if r.meter.spikes && d >= c.spike && d <= c.spike+2 {
		return 3650
	}
	return whole
}

// usage makes up a resource's charge of a day.
func (r resource) usage(d providers.Day, seed uint64, load int64) Charge {
	random := rand.New(rand.NewPCG(seed, uint64(d)))
	if load == whole {
		load = r.meter.week(d) // whatever makes a load unusual does not rest on weekends
	}
	amount := share(share(r.perDay, growth(d)), load)
	amount = share(amount, 930+random.Int64N(140))

	// A quantity of two digits times a price of four makes a list cost of six: exactly price times quantity.
	quantity := amount * 100 / r.meter.price
	list := decimal.New(quantity, -2).Mul(decimal.New(r.meter.price, -6))

	charge := r.charge()
	charge.Quantity = decimal.New(quantity, -2).String()
	charge.List = list
	charge.Rebate = part(list, r.meter.rebate)
	if _, _, day := d.Date(); day <= 10 && r.meter.vouchers {
		charge.Voucher = cents(part(list.Sub(charge.Rebate), 300))
	}
	charge.Unpaid = random.IntN(40) == 0
	return charge
}

// subscription makes up what a subscribed resource costs on a day: a month on its day of the month, sometimes a short
// trial that is bought and given back.
func (r resource) subscription(d providers.Day) []Charge {
	_, month, day := d.Date()
	price := decimal.New(r.perDay, -6)
	charge := r.charge()
	charge.Quantity = "1"
	switch {
	case day == r.renews:
		charge.Category = Renewal
		charge.List = price
		charge.Rebate = part(price, r.meter.rebate)
		charge.Coupon = cents(part(price, 50))
		charge.Voucher = cents(part(price, 100))
	case r.trial && day == 8:
		charge.Category = Purchase
		charge.List = part(price, 250)
		charge.Rebate = part(price, r.meter.rebate)
	case r.trial && day == 17 && month%2 == 1:
		charge.Category = Refund
		charge.List = part(price, 125).Neg()
		charge.Rebate = part(charge.List, r.meter.rebate)
	default:
		return nil
	}
	charge.Resource = fmt.Sprintf("%s-%02d", r.id, day)
	return []Charge{charge}
}

// part returns a share of an amount, with six digits as the clouds' list prices have.
func part(amount decimal.Decimal, thousandths int64) decimal.Decimal {
	return amount.Mul(decimal.New(thousandths, -3)).RoundBank(6)
}

// growth makes bills grow slowly over the years.
func growth(d providers.Day) int64 {
	const perDay = 3 // ten-thousandths
	days := int64(d - providers.NewDay(2025, 1, 1))
	return max(whole+days*perDay/10, 300)
}
