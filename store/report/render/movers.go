package render

import (
	"fmt"
	"slices"
	"strings"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
)

// mostLed is how many movers name the resources that changed most.
const mostLed = 3

// movers says what the change of a section's first comparison is made of.
func (v view) movers(s *report.Section) block {
	m := s.Movers
	if m == nil || len(m.Rows) == 0 && m.Other == nil {
		return block{}
	}
	p, w := v.p, v.p.moves
	name := column{title: p.dimension(store.ByService), flexible: true}
	account := column{title: p.account, drop: dropProvider}
	changes := column{title: p.change, right: true}
	parts := column{title: w.parts, lists: [][]string{}}
	add := func(service, owner string, c providers.Money, e *report.Effects, how paint) {
		name.add(service, how)
		account.add(owner, dim)
		changes.add(signed(c, s.Currency), directionOf(c))
		parts.lists = append(parts.lists, p.effectList(e))
	}
	b := block{total: true}
	for i, row := range m.Rows {
		add(p.name(row.Name), p.name(row.Account), row.Change, &row.Effects, bare)
		if words := p.leading(row, s.Currency); i < mostLed && words != "" {
			b.details = append(b.details, detail{i, p.name(row.Name), words})
		}
	}
	if o := m.Other; o != nil {
		add(fmt.Sprintf(w.others, number(int64(o.Count))), "", o.Change, &o.Effects, dim)
	}
	add(p.total, "", m.Total.Sum(), nil, bold)
	b.title = v.moversHeading(s)
	b.columns = []column{name, changes}
	if explains(m) {
		b.columns = append(b.columns, parts)
	}
	if len(accountsOf(m.Rows)) > 1 {
		b.columns = slices.Insert(b.columns, 1, account)
	}
	if list := p.effectList(&m.Total); len(list) > 1 {
		b.after = []string{fmt.Sprintf(w.sum, strings.Join(list, joint))}
	}
	return b
}

// explains tells whether any effect is known: where the bill has no quantities, all is rest.
func explains(m *report.Movers) bool {
	known := func(e report.Effects) bool {
		return slices.ContainsFunc(effectParts(e), func(p effectPart) bool { return p.effect != effectRest && !p.amount.IsZero() })
	}
	return m.Other != nil && known(m.Other.Effects) || slices.ContainsFunc(m.Rows, func(row report.Mover) bool { return known(row.Effects) })
}

// moversHeading names the comparison whose change is explained.
func (v view) moversHeading(s *report.Section) string {
	if len(s.Comparisons) == 0 {
		return v.p.moves.title
	}
	c := s.Comparisons[0]
	return fmt.Sprintf(v.p.moves.heading, v.p.moves.title, v.p.compared(c.With, c.Period, v.seen()))
}

func accountsOf(rows []report.Mover) []string {
	var names []string
	for _, m := range rows {
		names = append(names, m.Account)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// effectList words the effects of a change, the largest first; one that is the whole change is named alone. The sum's own
// row has none.
func (p *phrases) effectList(e *report.Effects) []string {
	if e == nil {
		return nil
	}
	parts := slices.DeleteFunc(effectParts(*e), func(part effectPart) bool { return part.amount.IsZero() })
	slices.SortStableFunc(parts, func(a, b effectPart) int { return b.amount.Abs().Cmp(a.amount.Abs()) })
	var words []string
	for _, part := range parts {
		word := p.moves.effects[part.effect]
		if len(parts) > 1 {
			word += " " + signed(part.amount, "")
		}
		words = append(words, word)
	}
	return words
}

// leading names the resources that changed most; nothing where the bill names none.
func (p *phrases) leading(m report.Mover, currency string) string {
	var parts []string
	for _, r := range m.Leading[:min(len(m.Leading), mostParts)] {
		if r.Resource == "" && r.Name == "" {
			continue
		}
		name := p.resource(r.Resource, r.Name)
		switch {
		case r.New:
			name = fmt.Sprintf(p.moves.fresh, name)
		case r.Vanished:
			name = fmt.Sprintf(p.moves.gone, name)
		}
		parts = append(parts, fmt.Sprintf(p.moves.resource, name, signed(r.Change, currency)))
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf(p.moves.leading, strings.Join(parts, p.comma))
}

const longestResource = 32

// resource names a resource for people: by its name, or else by its id.
func (p *phrases) resource(id, name string) string {
	if strings.TrimSpace(name) == "" {
		name = id
	}
	return cut(p.name(name), longestResource)
}
