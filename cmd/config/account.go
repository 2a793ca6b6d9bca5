package config

import (
	"cmp"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"goscan/cmd/nearest"
	"goscan/providers"
)

// accounts decodes the section providers:, one account for each key.
func (d *decoder) accounts(n *node, registry providers.Registry, now time.Time) []Account {
	if n == nil {
		return nil
	}
	if n.kind != mapping {
		d.refuse(n, "must be a map of accounts")
		return nil
	}
	var all []Account
	for _, e := range n.entries {
		if !isAccountName(e.key) {
			d.errors.add(e.value, "is no name for an account: a-z, 0-9 and -, at most 40, and no - in front", "")
			continue
		}
		if e.value.kind == broken {
			continue
		}
		if a, ok := d.account(e.key, e.value, registry, now); ok {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b Account) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// isAccountName keeps names to what is safe in file names, SQL literals and chat messages alike.
func isAccountName(name string) bool {
	return regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`).MatchString(name)
}

func (d *decoder) account(name string, n *node, registry providers.Registry, now time.Time) (Account, bool) {
	if n.kind != mapping && n.kind != null {
		d.refuse(n, "must be a map of keys (key: value)")
		return Account{}, false
	}
	kind, known := d.typeOf(name, n, slices.Sorted(maps.Keys(registry)), "provider")
	if !known {
		return Account{}, false
	}
	cloud := registry[kind]
	settings := cloud.Settings()
	d.into(n, reflect.ValueOf(settings).Elem())
	base := settings.Base()
	base.Type = kind
	d.checkBase(n, base, now)
	d.check(n, settings.Validate())
	return Account{Name: name, Kind: kind, Cloud: cloud, Settings: settings}, true
}

// typeOf returns the type of an entry: its key type, or its name where it has none. what is what the type is of.
func (d *decoder) typeOf(name string, n *node, all []string, what string) (kind string, isKnown bool) {
	at := n.at("type")
	if at == nil || at.kind == null {
		if isKnown = slices.Contains(all, name); !isKnown {
			d.errors.add(n, "has no type, and its name is none of "+known(all)+suggestion("type: ", name, all), "")
		}
		return name, isKnown
	}
	if at.kind != scalar {
		if at.kind != broken {
			d.refuse(at, "must be one of "+known(all))
		}
		return "", false
	}
	if isKnown = slices.Contains(all, at.text); !isKnown {
		d.refuse(at, "unknown "+what+", known are "+known(all)+suggestion("", at.text, all))
	}
	return at.text, isKnown
}

func suggestion(prefix, word string, candidates []string) string {
	if meant := nearest.Of(word, candidates); meant != "" {
		return "; did you mean " + prefix + meant + "?"
	}
	return ""
}

const (
	mostLookback = 62   // days; more would fetch two whole months again at every run
	mostRate     = 1000 // requests per second; the clouds document 5 and 10
)

// checkBase checks the keys that every account takes.
func (d *decoder) checkBase(n *node, base *providers.Common, now time.Time) {
	if base.Since != nil && *base.Since > providers.DayOf(now) {
		d.refuse(n.reach("since"), "is in the future")
	}
	if base.Lookback != nil && (*base.Lookback < 0 || *base.Lookback > mostLookback) {
		d.refuse(n.reach("lookback"), "must be a number of days from 0 to 62")
	}
	if at := n.at("rate"); at != nil && at.kind == scalar && !d.excused[at.path] && (base.Rate <= 0 || base.Rate > mostRate) {
		d.refuse(at, "must be above 0 and at most 1000 requests per second")
	}
}

// check reports what the cloud says about its own keys, with the path and line of each. What is excused is wrong
// already: of a misspelt key nobody needs to read that the right one is missing.
func (d *decoder) check(n *node, err error) {
	wrong := keyErrors(err)
	if err != nil && len(wrong) == 0 {
		d.errors.add(n, d.masked(err.Error()), "")
	}
	for _, w := range wrong {
		at := n.reach(w.Key)
		if d.excused[at.path] {
			continue
		}
		d.errors.add(at, d.masked(w.Problem), d.masked(w.Hint))
	}
}

// masked replaces the secrets that were read so far. Shorter ones protect nothing, and would garble every text.
func (d *decoder) masked(text string) string {
	const shortest = 4
	for _, s := range d.secrets {
		if len(s) >= shortest {
			text = strings.ReplaceAll(text, s, providers.Secret(s).String())
		}
	}
	return text
}

// reach returns the value of a key, or where it would be: at the key of its file, else at the mapping.
func (n *node) reach(key string) *node {
	if at := n.at(key); at != nil {
		return at
	}
	where := &node{path: join(n.path, key), line: n.line}
	if at := n.at(key + fileSuffix); at != nil {
		where.line = at.line
	}
	return where
}
