package render

import (
	"fmt"
	"slices"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
)

// events lists what was bought in the period.
func (v view) events(s *report.Section) block {
	if len(s.Events) == 0 && s.EventsOther == nil {
		return block{}
	}
	p := v.p
	day := column{title: p.frame.day}
	kind := column{title: p.frame.kind}
	name := column{title: p.dimension(store.ByService), flexible: true}
	resource := column{title: p.frame.resource, drop: dropShare}
	account := column{title: p.account, drop: dropProvider}
	amount := column{title: p.amount, right: true}
	add := func(when, what, service, id, owner string, m providers.Money, how paint) {
		day.add(when, dim)
		kind.add(what, how)
		name.add(service, how)
		resource.add(id, dim)
		account.add(owner, dim)
		amount.add(money(&m, s.Currency), how)
	}
	for _, e := range s.Events {
		service := e.ServiceName
		if service == "" {
			service = e.Service
		}
		id := ""
		if e.Resource != "" || e.Name != "" {
			id = p.resource(e.Resource, e.Name)
		}
		add(short(e.Day, v.seen()), p.spent.kinds[e.Kind], p.name(service), id, p.name(e.Account), e.Amount, bare)
	}
	if o := s.EventsOther; o != nil {
		add("", "", fmt.Sprintf(p.spent.other, number(int64(o.Count))), "", "", o.Amount, dim)
	}
	b := block{title: p.spent.title, columns: []column{name, kind, resource, account, amount}}
	if v.r.Period.Days() > 1 {
		b.columns = slices.Insert(b.columns, 2, day)
	}
	return b
}
