package report_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/internal/memstore"
)

// use is a line of usage of a resource: "24 h" of a meter cost the amount. A quantity that is no number is unknown.
func use(service, resource, meter, quantity, amount string) providers.Line {
	l := cost(service, amount)
	number, unit, _ := strings.Cut(quantity, " ")
	l.ChargeCategory, l.ServiceName = providers.ChargeUsage, "the "+service
	l.ResourceID, l.SkuMeter, l.PricingQuantity, l.PricingUnit = resource, meter, providers.ParseQuantity(number), unit
	return l
}

// charge is a line that is no usage.
func charge(category, service, resource, amount string) providers.Line {
	l := cost(service, amount)
	l.ChargeCategory, l.ResourceID = category, resource
	return l
}

// twoDays stores the last two days of October of an account.
func twoDays(s *memstore.Store, account string, before, now []providers.Line) {
	s.Put(account, "volcengine", "2026-10-30", providers.Complete, before...)
	s.Put(account, "volcengine", "2026-10-31", providers.Complete, now...)
}

// effectsText names the effects that are not zero.
func effectsText(e report.Effects) string {
	var parts []string
	v := reflect.ValueOf(e)
	for i := range v.NumField() {
		if m := v.Field(i).Interface().(providers.Money); !m.IsZero() {
			parts = append(parts, v.Type().Field(i).Name+" "+m.String())
		}
	}
	return strings.Join(parts, ", ")
}

func TestEffects(t *testing.T) {
	type lines = []providers.Line
	for name, c := range map[string]struct {
		before, now lines
		want        string
	}{
		"more of it":        {lines{use("ecs", "i-1", "cpu", "24 h", "12")}, lines{use("ecs", "i-1", "cpu", "48 h", "24")}, "Quantity 12"},
		"less of it":        {lines{use("ecs", "i-1", "cpu", "24 h", "12")}, lines{use("ecs", "i-1", "cpu", "6 h", "3")}, "Quantity -9"},
		"a higher price":    {lines{use("ecs", "i-1", "cpu", "24 h", "12")}, lines{use("ecs", "i-1", "cpu", "24 h", "18")}, "Price 6"},
		"more at a lower":   {lines{use("ecs", "i-1", "cpu", "10 h", "5")}, lines{use("ecs", "i-1", "cpu", "20 h", "9")}, "Quantity 5, Price -1"},
		"a third":           {lines{use("ecs", "i-1", "cpu", "3 h", "1")}, lines{use("ecs", "i-1", "cpu", "4 h", "2")}, "Quantity 0.333333333333, Price 0.666666666667"},
		"no longer free":    {lines{use("ecs", "i-1", "cpu", "24 h", "0")}, lines{use("ecs", "i-1", "cpu", "30 h", "15")}, "Price 15"},
		"now free":          {lines{use("ecs", "i-1", "cpu", "24 h", "12")}, lines{use("ecs", "i-1", "cpu", "48 h", "0")}, "Quantity 12, Price -24"},
		"two lines of each": {lines{use("ecs", "i-1", "cpu", "4 h", "2"), use("ecs", "i-1", "cpu", "6 h", "3")}, lines{use("ecs", "i-1", "cpu", "15 h", "7"), use("ecs", "i-1", "cpu", "5 h", "2")}, "Quantity 5, Price -1"},
		"two meters": {
			lines{use("ecs", "i-1", "cpu", "10 h", "5"), use("ecs", "i-1", "memory", "10 h", "20")},
			lines{use("ecs", "i-1", "cpu", "20 h", "10"), use("ecs", "i-1", "memory", "10 h", "21")}, "Quantity 5, Price 1",
		},
		"another resource": {
			lines{use("ecs", "i-1", "cpu", "24 h", "12")}, lines{use("ecs", "i-2", "cpu", "24 h", "15")}, "New 15, Vanished -12",
		},
		"a new service":        {nil, lines{use("ecs", "i-1", "cpu", "24 h", "12"), use("ecs", "i-1", "disk", "0 GB", "1")}, "New 13"},
		"one that is gone":     {lines{use("ecs", "i-1", "cpu", "24 h", "12")}, nil, "Vanished -12"},
		"an idle resource":     {lines{use("ecs", "i-1", "cpu", "0 h", "0")}, lines{use("ecs", "i-1", "cpu", "24 h", "12")}, "New 12"},
		"an idle line of it":   {lines{use("ecs", "i-1", "cpu", "2 h", "1"), use("ecs", "i-1", "cpu", "0 min", "0")}, lines{use("ecs", "i-1", "cpu", "4 h", "2"), use("ecs", "i-1", "cpu", "?", "0")}, "Quantity 1"},
		"a new meter":          {lines{use("ecs", "i-1", "cpu", "2 h", "1")}, lines{use("ecs", "i-1", "cpu", "2 h", "1"), use("ecs", "i-1", "disk", "9 GB", "3")}, "Rest 3"},
		"an unknown quantity":  {lines{use("ecs", "i-1", "cpu", "2 h", "1")}, lines{use("ecs", "i-1", "cpu", "? h", "3")}, "Rest 2"},
		"an unknown part":      {lines{use("ecs", "i-1", "cpu", "2 h", "1"), use("ecs", "i-1", "cpu", "? h", "1")}, lines{use("ecs", "i-1", "cpu", "2 h", "3")}, "Rest 1"},
		"another unit":         {lines{use("ecs", "i-1", "cpu", "2 h", "1")}, lines{use("ecs", "i-1", "cpu", "120 min", "3")}, "Rest 2"},
		"a quantity of zero":   {lines{use("ecs", "i-1", "cpu", "0 h", "1")}, lines{use("ecs", "i-1", "cpu", "2 h", "3")}, "Rest 2"},
		"a negative quantity":  {lines{use("ecs", "i-1", "cpu", "2 h", "1")}, lines{use("ecs", "i-1", "cpu", "-2 h", "3")}, "Rest 2"},
		"credited":             {lines{use("ecs", "i-1", "cpu", "2 h", "-1")}, lines{use("ecs", "i-1", "cpu", "4 h", "3")}, "Rest 4"},
		"no resource":          {lines{use("cdn", "", "traffic", "2 GB", "1")}, lines{use("cdn", "", "traffic", "4 GB", "3")}, "Quantity 1, Price 1"},
		"a purchase":           {nil, lines{charge(providers.ChargePurchase, "ecs", "i-1", "100")}, "Purchases 100"},
		"a purchase before":    {lines{charge(providers.ChargePurchase, "ecs", "i-1", "100")}, nil, "Purchases -100"},
		"a refund and a tax":   {nil, lines{charge(providers.ChargePurchase, "ecs", "i-1", "-40"), charge(providers.ChargeTax, "ecs", "", "6")}, "Purchases -34"},
		"used after a buy":     {lines{charge(providers.ChargePurchase, "ecs", "i-1", "100")}, lines{use("ecs", "i-1", "cpu", "2 h", "1")}, "New 1, Purchases -100"},
		"nothing that matters": {lines{use("ecs", "i-1", "cpu", "2 h", "1")}, lines{use("ecs", "i-1", "cpu", "2 h", "1")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var s memstore.Store
			twoDays(&s, "a", c.before, c.now)
			m := build(t, &s, report.Options{}).Sections[0].Movers
			if m == nil {
				m = &report.Movers{}
			}
			if got := effectsText(m.Total); got != c.want {
				t.Errorf("effects are %q, want %q", got, c.want)
			}
		})
	}
}

// randomLines are of few resources and meters, so that most of them are met in both periods.
func randomLines(random *rand.Rand, n int) []providers.Line {
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	lines := make([]providers.Line, n)
	for i := range lines {
		quantity := fmt.Sprintf("%d.%03d ", random.IntN(40)-2, random.IntN(1000))
		amount := fmt.Sprintf("%d.%012d", random.IntN(60)-9, random.Int64N(1e12))
		l := use("s"+fmt.Sprint(random.IntN(5)), pick("", "i-1", "i-2", "i-3", "i-4", "i-5", fmt.Sprint("once-", random.IntN(1e6))),
			pick("cpu", "memory"), pick(quantity, quantity, quantity, "0 ", "? ")+pick("h", "h", "h", "h", "min"), pick(amount, amount, amount, "0"))
		l.ChargeCategory = pick(providers.ChargeUsage, providers.ChargeUsage, providers.ChargeUsage, providers.ChargePurchase,
			providers.ChargeTax, providers.ChargeCredit, providers.ChargeAdjustment, "")
		l.Currency = pick("CNY", "CNY", "CNY", "USD")
		lines[i] = l
	}
	return lines
}

func TestEffectsAlwaysAddUpToTheChange(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var seen report.Effects
	for round := range 60 {
		var s memstore.Store
		for _, account := range []string{"a", "b", "c"} {
			twoDays(&s, account, randomLines(random, random.IntN(60)), randomLines(random, random.IntN(60)))
		}
		// A resource's move from an account that is not compared is a new resource.
		s.Put("late", "alicloud", "2026-10-31", providers.Complete, randomLines(random, 20)...)
		o := report.Options{Top: []int{-1, 1, 3, 10}[round%4]}
		if round%5 == 4 {
			o.Where = []store.Filter{{Dimension: store.ByService, Values: []string{"s1", "s2"}}}
		}
		if round%6 == 5 {
			s.Before = pastOnly
		}
		for _, section := range build(t, &s, o).Sections {
			m := section.Movers
			if m == nil {
				m = &report.Movers{}
			}
			var change providers.Money
			var effects report.Effects
			for i, row := range m.Rows {
				if !row.Effects.Sum().Equal(row.Change) || !row.Amount.Sub(row.Base).Equal(row.Change) || row.Change.IsZero() {
					t.Errorf("round %d: %s of %s: %s less %s is %s, effects %s", round, row.Service, row.Account, row.Amount, row.Base, row.Change, effectsText(row.Effects))
				}
				if i > 0 && row.Change.Abs().GreaterThan(m.Rows[i-1].Change.Abs()) {
					t.Errorf("round %d: row %d changed more than the one before", round, i)
				}
				if row.Account == "late" {
					t.Errorf("round %d: the account that is not compared has a change", round)
				}
				change, effects = change.Add(row.Change), effects.Add(row.Effects)
			}
			if m.Other != nil {
				if !m.Other.Effects.Sum().Equal(m.Other.Change) {
					t.Errorf("round %d: the other movers change by %s, effects %s", round, m.Other.Change, effectsText(m.Other.Effects))
				}
				change, effects = change.Add(m.Other.Change), effects.Add(m.Other.Effects)
			}
			if effectsText(effects) != effectsText(m.Total) {
				t.Errorf("round %d: rows and other have %s, the total %s", round, effectsText(effects), effectsText(m.Total))
			}
			if want := section.Comparisons[0].Delta.Change; !change.Equal(want) || !m.Total.Sum().Equal(want) {
				t.Errorf("round %d: movers add up to %s, effects to %s, the change is %s", round, change, m.Total.Sum(), want)
			}
			seen = seen.Add(m.Total)
		}
	}
	if got := effectsText(seen); strings.Count(got, ",") != 5 {
		t.Errorf("the rounds had only %s: they prove little", got)
	}
}

// pastOnly makes a store answer like one that is asked of the past: by the daily sums.
func pastOnly(_ *memstore.Store, q store.Query) error {
	if q.NeedsLines() {
		return fmt.Errorf("memory: %w", store.ErrPast)
	}
	return nil
}

func TestThePastHasServicesButNoResources(t *testing.T) {
	s := memstore.Store{Before: pastOnly}
	twoDays(&s, "a",
		[]providers.Line{use("ecs", "i-1", "cpu", "24 h", "12"), use("gone", "g-1", "cpu", "1 h", "3")},
		[]providers.Line{use("ecs", "i-1", "cpu", "48 h", "24"), use("new", "n-1", "cpu", "1 h", "5"), charge(providers.ChargePurchase, "ecs", "i-2", "7")})
	m := build(t, &s, report.Options{}).Sections[0].Movers
	var got []string
	for _, row := range m.Rows {
		got = append(got, fmt.Sprint(row.Name, ": ", effectsText(row.Effects), len(row.Leading)))
	}
	want := []string{"the ecs: Purchases 7, Rest 120", "the new: New 50", "the gone: Vanished -30"}
	if !slices.Equal(got, want) {
		t.Errorf("movers are %q, want %q", got, want)
	}
}

func TestMoversThatCancelOutAreStillTold(t *testing.T) {
	var s memstore.Store
	twoDays(&s, "a",
		[]providers.Line{use("ecs", "i-1", "cpu", "24 h", "12"), use("same", "s-1", "cpu", "1 h", "3")},
		[]providers.Line{use("ecs", "i-2", "cpu", "24 h", "12"), use("same", "s-1", "cpu", "1 h", "3")})
	m := build(t, &s, report.Options{}).Sections[0].Movers
	if m == nil || len(m.Rows) != 0 || m.Other == nil || m.Other.Count != 1 || effectsText(m.Other.Effects) != "New 12, Vanished -12" {
		t.Fatalf("movers are %+v, want no row and one other", m)
	}
	if !m.Total.Sum().IsZero() || effectsText(m.Total) != effectsText(m.Other.Effects) {
		t.Errorf("the total is %s", effectsText(m.Total))
	}
}

func TestNothingMovedWhereNothingIsCompared(t *testing.T) {
	var s memstore.Store
	s.Put("a", "volcengine", "2026-10-31", providers.Complete, use("ecs", "i-1", "cpu", "24 h", "12"))
	if m := build(t, &s, report.Options{}).Sections[0].Movers; m != nil {
		t.Errorf("movers are %+v of a day without a day before", m)
	}
}

func TestMoversAreCutAndTheRestIsSummed(t *testing.T) {
	var s memstore.Store
	var now []providers.Line
	for i := range 6 {
		now = append(now, use(fmt.Sprint("s", i), "r", "m", "1 h", fmt.Sprint(i)))
	}
	twoDays(&s, "a", nil, now) // s0 costs nothing
	for top, want := range map[int]string{2: "s5 s4 other 3: 6", 3: "s5 s4 s3 other 2: 3", 4: "s5 s4 s3 s2 s1", -1: "s5 s4 s3 s2 s1"} {
		m := build(t, &s, report.Options{Top: top}).Sections[0].Movers
		var got []string
		for _, row := range m.Rows {
			got = append(got, row.Service)
		}
		if m.Other != nil {
			got = append(got, fmt.Sprintf("other %d: %s", m.Other.Count, m.Other.Change))
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("top %d: %s, want %s", top, text, want)
		}
	}
}

func TestTheLeadingResources(t *testing.T) {
	named := use("ecs", "i-new", "cpu", "1 h", "30")
	named.ResourceName = "web-1"
	var s memstore.Store
	twoDays(&s, "a", []providers.Line{
		use("ecs", "i-gone", "cpu", "1 h", "20"), use("ecs", "i-kept", "cpu", "1 h", "1"), use("ecs", "i-small", "cpu", "1 h", "1"), use("ecs", "i-same", "cpu", "1 h", "9"),
	}, []providers.Line{
		named, use("ecs", "i-kept", "cpu", "9 h", "9"), use("ecs", "i-small", "cpu", "2 h", "2"), use("ecs", "i-same", "cpu", "1 h", "9"),
		charge(providers.ChargePurchase, "ecs", "i-kept", "4"),
	})
	row := build(t, &s, report.Options{}).Sections[0].Movers.Rows[0]
	var got []string
	for _, r := range row.Leading {
		got = append(got, fmt.Sprintf("%s %s %s %t %t", r.Resource, r.Name, r.Change, r.New, r.Vanished))
	}
	want := []string{"i-new web-1 30 true false", "i-gone i-gone -20 false true", "i-kept i-kept 12 false false"}
	if !slices.Equal(got, want) {
		t.Errorf("leading are %q, want %q", got, want)
	}
	if row.Account != "a" || row.Provider != "volcengine" || row.Service != "ecs" || row.Name != "the ecs" || row.Amount.String() != "54" || row.Base.String() != "31" {
		t.Errorf("the mover is %+v", row)
	}
}

func TestAServiceMovesInEachAccountByItself(t *testing.T) {
	var s memstore.Store
	twoDays(&s, "a", nil, []providers.Line{use("ecs", "i-1", "cpu", "1 h", "5")})
	twoDays(&s, "b", []providers.Line{use("ecs", "i-1", "cpu", "1 h", "3")}, nil)
	s.Put("late", "volcengine", "2026-10-30", providers.Complete, use("ecs", "i-9", "cpu", "1 h", "100"))
	m := build(t, &s, report.Options{Day: day(t, "2026-10-31")}).Sections[0].Movers
	if len(m.Rows) != 2 || m.Rows[0].Account != "a" || m.Rows[1].Account != "b" || effectsText(m.Total) != "New 5, Vanished -3" {
		t.Errorf("movers are %+v", m)
	}
}

func TestMoversOfAMonth(t *testing.T) {
	var s memstore.Store
	for d := day(t, "2026-09-01"); d <= day(t, "2026-10-31"); d++ {
		amount := map[bool]string{true: "2", false: "3"}[d < day(t, "2026-10-01")]
		s.Put("a", "volcengine", d.String(), providers.Complete, use("ecs", "i-1", "cpu", "10 h", amount))
	}
	m := build(t, &s, report.Options{Kind: report.Monthly}).Sections[0].Movers
	// One day more at 2, and 31 days at 1 more.
	if got := effectsText(m.Total); got != "Quantity 2, Price 31" {
		t.Errorf("effects are %s", got)
	}
}

func TestMoversThatDoNotAddUpAreReadAgain(t *testing.T) {
	for name, c := range map[string]struct{ before, now, want string }{
		"the period moved":          {"20", "15", "Price -5"},
		"the base moved":            {"25", "10", "Price -15"},
		"both moved, by as much":    {"25", "15", "Price -10"},
		"both moved and are as one": {"15", "15", ""},
	} {
		t.Run(name, func(t *testing.T) {
			day := func(amount string) []providers.Line {
				return []providers.Line{use("ecs", "i-1", "cpu", "1 h", amount), use("oss", "b-1", "traffic", "1 GB", "1")}
			}
			var s memstore.Store
			twoDays(&s, "a", day("20"), day("10"))
			moved := false
			s.Before = func(s *memstore.Store, q store.Query) error {
				if q.Quantity && !moved {
					moved = true
					twoDays(s, "a", day(c.before), day(c.now))
				}
				return nil
			}
			section := build(t, &s, report.Options{}).Sections[0]
			m := section.Movers
			if m == nil {
				m = &report.Movers{}
			}
			delta := section.Comparisons[0].Delta
			if got := effectsText(m.Total); got != c.want || !m.Total.Sum().Equal(delta.Change) || delta.Base.Sub(money("1")).String() != c.before {
				t.Errorf("effects are %q of a change of %s from %s, want %q", got, delta.Change, delta.Base, c.want)
			}
			for _, row := range m.Rows {
				if row.Base.String() != c.before {
					t.Errorf("the mover's base is %s, want %s", row.Base, c.before)
				}
			}
		})
	}
}

// A vast source answers what movers ask with the given rows, whatever the period.
type vast struct {
	*memstore.Store
	rows []store.Cost
}

func (v vast) Costs(ctx context.Context, q store.Query) ([]store.Cost, error) {
	if q.Quantity {
		return v.rows, ctx.Err()
	}
	return v.Store.Costs(ctx, q)
}

func BenchmarkMoversOf400000Rows(b *testing.B) {
	const rows = 200_000 // in each period
	v := vast{Store: &memstore.Store{}}
	for i := range rows {
		keys := []string{"a", fmt.Sprint("s", i%40), providers.ChargeUsage, fmt.Sprint("i-", i/4), fmt.Sprint("meter ", i%4), "h"}
		v.rows = append(v.rows, store.Cost{
			Keys: keys, Names: keys, Currency: "CNY", Amount: money("0.0123"), Quantity: providers.ParseQuantity("24"), Lines: 1,
		})
	}
	total := []providers.Line{use("s0", "i", "m", "1 h", money("0.0123").Mul(money(fmt.Sprint(rows))).String())}
	twoDays(v.Store, "a", total, total)
	for b.Loop() {
		if _, err := report.Build(b.Context(), v, report.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
