package report_test

import (
	"fmt"
	"slices"
	"testing"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/internal/memstore"
)

// bought is a purchase with the cloud's own word for it.
func bought(field, word, resource, amount string) providers.Line {
	l := charge(providers.ChargePurchase, "ecs", resource, amount)
	l.Native = providers.PairsOf(map[string]string{field: word})
	return l
}

func eventsText(events []report.Event) []string {
	var texts []string
	for _, e := range events {
		texts = append(texts, fmt.Sprint(e.Kind, " ", e.Resource, " ", e.Amount))
	}
	return texts
}

func TestTheWordsOfBothCloudsForPurchases(t *testing.T) {
	for _, c := range []struct {
		field, word, amount string
		want                report.EventKind
	}{
		{"BillCategory", "消费-新购", "100", report.EventPurchase},
		{"BillCategory", "consume-new", "100", report.EventPurchase},
		{"BillCategory", "消费-续费", "100", report.EventRenewal},
		{"BillCategory", "consume-renew", "100", report.EventRenewal},
		{"BillCategory", "消费-更配", "100", report.EventPurchase},
		{"BillCategory", "consume-formalize", "100", report.EventPurchase},
		{"BillCategory", "退款-退订", "-100", report.EventRefund},
		{"BillCategory", "退款-更配", "-100", report.EventRefund},
		{"BillCategory", "refund-terminate", "-100", report.EventRefund},
		{"BillCategory", "消费-新购", "-100", report.EventRefund},
		{"BillCategory", "", "100", report.EventPurchase},
		{"Item", "SubscriptionOrder", "100", report.EventPurchase},
		{"Item", "SubscriptionOrder", "-100", report.EventRefund},
		{"Item", "Refund", "-100", report.EventRefund},
		{"Elsewhere", "any word", "-100", report.EventRefund},
	} {
		var s memstore.Store
		s.Put("a", "volcengine", "2026-10-31", providers.Complete, bought(c.field, c.word, "i-1", c.amount))
		events := build(t, &s, report.Options{}).Sections[0].Events
		if len(events) != 1 || events[0].Kind != c.want || events[0].Amount.String() != c.amount {
			t.Errorf("%s %s of %s is %+v, want a %s", c.field, c.word, c.amount, events, c.want)
		}
	}
}

func TestEventsArePurchasesAndNothingElse(t *testing.T) {
	var s memstore.Store
	dollars := bought("Item", "SubscriptionOrder", "i-usd", "9")
	dollars.Currency = "USD"
	named := bought("BillCategory", "消费-续费", "i-2", "50")
	named.ResourceName, named.ServiceName = "web-2", "云服务器"
	twoDays(&s, "a", []providers.Line{bought("BillCategory", "消费-新购", "i-0", "1000")}, []providers.Line{
		use("ecs", "i-1", "cpu", "24 h", "500"),
		charge(providers.ChargeAdjustment, "ecs", "i-1", "400"), charge(providers.ChargeCredit, "ecs", "i-1", "-300"), charge(providers.ChargeTax, "ecs", "", "6"),
		named,
		// Two lines of one order are one event, an order that was taken back at once is two.
		bought("BillCategory", "消费-新购", "i-1", "60"), bought("BillCategory", "消费-新购", "i-1", "10"), bought("BillCategory", "退款-退订", "i-1", "-70"),
		bought("BillCategory", "消费-新购", "i-free", "0"), bought("BillCategory", "消费-新购", "", "20"), dollars,
	})
	r := build(t, &s, report.Options{})
	want := []string{"purchase i-1 70", "refund i-1 -70", "renewal i-2 50", "purchase  20"}
	if got := eventsText(r.Sections[0].Events); !slices.Equal(got, want) || r.Sections[0].EventsOther != nil {
		t.Errorf("events are %q, want %q", got, want)
	}
	if got := eventsText(r.Sections[1].Events); !slices.Equal(got, []string{"purchase i-usd 9"}) {
		t.Errorf("events in dollars are %q", got)
	}
	wantEvent := report.Event{
		Kind: report.EventRenewal, Day: day(t, "2026-10-31"), Account: "a", Provider: "volcengine",
		Service: "ecs", ServiceName: "云服务器", Resource: "i-2", Name: "web-2", Amount: money("50"),
	}
	if got := r.Sections[0].Events[2]; !got.Amount.Equal(wantEvent.Amount) || fmt.Sprint(got) != fmt.Sprint(wantEvent) {
		t.Errorf("the renewal is %+v, want %+v", got, wantEvent)
	}
}

func TestEventsOfAMonthAreOfTheirDays(t *testing.T) {
	var s memstore.Store
	fill(t, &s, "a", "2026-10-01", "2026-10-31", "1", providers.Complete)
	for date, amount := range map[string]string{"2026-10-02": "30", "2026-10-09": "30", "2026-10-20": "40"} {
		s.Put("a", "volcengine", date, providers.Complete, bought("BillCategory", "消费-续费", "i-1", amount))
	}
	var got []string
	for _, e := range build(t, &s, report.Options{Kind: report.Monthly}).Sections[0].Events {
		got = append(got, e.Day.String()+" "+e.Amount.String())
	}
	if want := []string{"2026-10-20 40", "2026-10-02 30", "2026-10-09 30"}; !slices.Equal(got, want) {
		t.Errorf("events are %q, want %q", got, want)
	}
}

func TestEventsAreCutAndTheRestIsSummed(t *testing.T) {
	var lines []providers.Line
	for i := range 5 {
		lines = append(lines, bought("Item", "SubscriptionOrder", fmt.Sprint("i-", i), fmt.Sprint(10+i)))
	}
	var s memstore.Store
	s.Put("a", "alicloud", "2026-10-31", providers.Complete, append(lines, bought("Item", "Refund", "i-9", "-11.5"))...)
	section := build(t, &s, report.Options{Top: 3}).Sections[0]
	if got := eventsText(section.Events); !slices.Equal(got, []string{"purchase i-4 14", "purchase i-3 13", "purchase i-2 12"}) {
		t.Errorf("events are %q", got)
	}
	if o := section.EventsOther; o == nil || o.Count != 3 || o.Amount.String() != "9.5" {
		t.Errorf("the others are %+v, want 3 of 9.5", o)
	}
	if section := build(t, &s, report.Options{Top: 5}).Sections[0]; len(section.Events) != 6 || section.EventsOther != nil {
		t.Errorf("%d events and %+v, want all 6: a line that sums one takes as much room", len(section.Events), section.EventsOther)
	}
}

func TestEventsOfAPart(t *testing.T) {
	var s memstore.Store
	s.Put("a", "alicloud", "2026-10-31", providers.Complete,
		bought("Item", "SubscriptionOrder", "i-1", "10"), charge(providers.ChargePurchase, "oss", "b-1", "20"))
	where := []store.Filter{{Dimension: store.ByService, Values: []string{"oss"}}}
	if got := eventsText(build(t, &s, report.Options{Where: where}).Sections[0].Events); !slices.Equal(got, []string{"purchase b-1 20"}) {
		t.Errorf("events are %q", got)
	}
	s.Before = pastOnly
	if section := build(t, &s, report.Options{}).Sections[0]; section.Events != nil || section.EventsOther != nil {
		t.Errorf("events of the past are %+v", section.Events)
	}
}
