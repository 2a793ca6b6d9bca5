package anomaly

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// topContributors is how many services an alert of a whole account names.
const topContributors = 5

// A cause is the events of an account that are one alert: they began on the same day in the same direction.
type cause struct {
	*account
	members []member
}

// A member is an event with its series. The scope of a whole account has no service.
type member struct {
	*walker
	scope Scope
	event *event
}

type causeKey struct {
	from      int
	up, creep bool
	planned   bool // on its first day: what was announced does not hide what was not
}

// alerts returns the alerts of an account.
func (a *account) alerts(planned []Planned) []Alert {
	causes := map[causeKey]*cause{}
	var order []causeKey
	for _, m := range a.members() {
		first := a.day(m.event.from)
		key := causeKey{m.event.from, m.event.kind.up(), m.event.kind == Creep, plan(planned, m.scope, first, first) != ""}
		if causes[key] == nil {
			causes[key] = &cause{account: a}
			order = append(order, key)
		}
		causes[key].members = append(causes[key].members, m)
	}
	var alerts []Alert
	for _, key := range order {
		alerts = append(alerts, causes[key].alert(planned))
	}
	return alerts
}

func (a *account) members() []member {
	var all []member
	for i, w := range a.leaves {
		for _, e := range w.events {
			all = append(all, member{w, a.scopes[i], e})
		}
	}
	whole := a.scopes[0]
	whole.Service, whole.ServiceName = "", ""
	for _, e := range a.whole.events {
		all = append(all, member{a.whole, whole, e})
	}
	return all
}

// on returns the day of an event, if it is one.
func (m member) on(day int) (unusual, bool) {
	for _, u := range m.event.days {
		if u.day == day {
			return u, true
		}
	}
	return unusual{}, false
}

// actual returns the exact cost of an unusual day.
func (m member) actual(u unusual) providers.Money {
	if m.event.kind == Creep {
		return money(u.actual)
	}
	return m.exact[u.day]
}

func (c *cause) alert(planned []Planned) Alert {
	leading := slices.MaxFunc(c.members, func(x, y member) int {
		return cmp.Or(cmp.Compare(x.firstDelta(), y.firstDelta()), -compareScopes(x.scope, y.scope))
	})
	last := 0
	for _, m := range c.members {
		last = max(last, m.event.last())
	}
	a := Alert{
		Kind: leading.event.kind, Account: leading.scope.Account, Provider: leading.scope.Provider, Currency: leading.scope.Currency,
		From: c.day(leading.event.from), To: c.day(last), Ended: c.knownAfter(last),
		Rule: leading.event.days[0].rule, Planned: c.planned(planned),
	}
	a.ID = id(a, leading.scope.Service)
	for t := leading.event.from; t <= last; t++ {
		if u, ok := c.unusual(t); ok {
			a.Days = append(a.Days, u)
			a.Impact = a.Impact.Add(u.Actual.Sub(u.Expected))
		}
	}
	c.tellLast(&a, last)
	return a
}

// firstDelta returns how much an event's first day is off.
func (m member) firstDelta() float64 {
	u := m.event.days[0]
	return math.Abs(u.actual - u.expected)
}

// id is stable: nothing in it changes while the alert goes on.
func id(a Alert, service string) string {
	const digits = 10
	key := strings.Join([]string{a.Account, a.Currency, string(a.Kind), service, a.From.String()}, "|")
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])[:digits]
}

// knownAfter returns the first known day after one.
func (a *account) knownAfter(t int) providers.Day {
	for i := t + 1; i < len(a.known); i++ {
		if a.known[i] {
			return a.day(i)
		}
	}
	return 0
}

// unusual sums the events on a day.
func (c *cause) unusual(t int) (Unusual, bool) {
	sum, found := Unusual{Day: c.day(t)}, false
	for _, m := range c.members {
		if u, ok := m.on(t); ok {
			sum.Actual, sum.Expected = sum.Actual.Add(m.actual(u)), sum.Expected.Add(money(u.expected))
			found = true
		}
	}
	return sum, found
}

// tellLast tells of the last unusual day: the sums, the band and who contributed.
func (c *cause) tellLast(a *Alert, last int) {
	for _, m := range c.members {
		u, ok := m.on(last)
		if !ok {
			continue
		}
		a.Actual, a.Expected = a.Actual.Add(m.actual(u)), a.Expected.Add(money(u.expected))
		low := u.low
		if u.actual >= 0 || math.IsInf(low, -1) {
			low = max(low, min(u.actual, 0)) // nobody is paid for using less
		}
		a.Low, a.High = a.Low.Add(money(low)), a.High.Add(money(u.high))
		if m.scope.Service == "" {
			a.Contributors = append(a.Contributors, c.rest(m, u)...)
		} else {
			a.Contributors = append(a.Contributors, contributor(m.scope, m.actual(u), money(u.expected)))
		}
	}
	sortContributors(a.Contributors, a.Kind.up())
}

func contributor(s Scope, actual, expected providers.Money) Contributor {
	return Contributor{s.Service, s.ServiceName, actual, expected, actual.Sub(expected)}
}

// rest divides the alert of a whole account into the services that contribute most and the others.
func (c *cause) rest(m member, u unusual) []Contributor {
	var top []Contributor
	for i, w := range c.leaves {
		actual, expected := w.exact[u.day], money(orZero(w.base[u.day]))
		switch {
		case m.event.kind == Creep:
			actual, expected = money(w.rawMedian(u.day, creepShort)), money(w.rawMedian(u.day, creepLong))
		case w.active[u.day]:
			continue
		}
		part := contributor(c.scopes[i], actual, expected)
		if part.Delta.IsPositive() == m.event.kind.up() && !part.Delta.IsZero() {
			top = append(top, part)
		}
	}
	sortContributors(top, m.event.kind.up())
	top = top[:min(len(top), topContributors)]
	other := contributor(Scope{}, m.actual(u), money(u.expected))
	for _, part := range top {
		other.Actual, other.Expected = other.Actual.Sub(part.Actual), other.Expected.Sub(part.Expected)
	}
	other.Delta = other.Actual.Sub(other.Expected)
	return append(top, other)
}

func orZero(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}

// rawMedian is the median cost of the n days up to t that are known.
func (w *walker) rawMedian(t, n int) float64 {
	var days []float64
	for s := max(0, t-n+1); s <= t; s++ {
		if w.known[s] {
			days = append(days, w.cost[s])
		}
	}
	return orZero(median(days))
}

// sortContributors puts first what contributed most, and the services that are not named last.
func sortContributors(all []Contributor, up bool) {
	slices.SortStableFunc(all, func(a, b Contributor) int {
		if a.Service == "" || b.Service == "" {
			return -cmp.Compare(a.Service, b.Service)
		}
		if up {
			return cmp.Or(b.Delta.Cmp(a.Delta), cmp.Compare(a.Service, b.Service))
		}
		return cmp.Or(a.Delta.Cmp(b.Delta), cmp.Compare(a.Service, b.Service))
	})
}

// planned returns why the cause was announced: every event of it must be, with all its days.
func (c *cause) planned(planned []Planned) string {
	var reasons []string
	for _, m := range c.members {
		reason := plan(planned, m.scope, c.day(m.event.from), c.day(m.event.last()))
		if reason == "" {
			return ""
		}
		if !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	return strings.Join(reasons, "; ")
}

// plan returns the reason of the first announcement that covers days of a scope.
func plan(planned []Planned, s Scope, from, to providers.Day) string {
	for _, p := range planned {
		fits := (p.Account == "" || p.Account == s.Account) && (p.Service == "" || p.Service == s.Service)
		if fits && p.From <= from && to <= p.To {
			return cmp.Or(p.Reason, fmt.Sprintf("expected from %s to %s", p.From, p.To))
		}
	}
	return ""
}

// compareAlerts orders alerts: oldest first, then by impact, largest first.
func compareAlerts(a, b Alert) int {
	size := func(a Alert) decimal.Decimal { return a.Impact.Abs() }
	return cmp.Or(cmp.Compare(a.From, b.From), size(b).Cmp(size(a)), cmp.Compare(a.ID, b.ID))
}
