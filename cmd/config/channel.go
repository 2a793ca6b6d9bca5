package config

import (
	"cmp"
	"errors"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"goscan/notify"
	"goscan/providers"
)

// A Channel is one entry under notify:.
type Channel struct {
	Name     string
	Type     string          // the key of its settings in the registry
	Settings notify.Settings // decoded and valid
}

// channels decodes the section notify:, one channel for each key.
func (d *decoder) channels(n *node, registry notify.Registry) []Channel {
	if n == nil || n.kind == null {
		return nil
	}
	if n.kind != mapping {
		d.refuse(n, "must be a map of channels")
		return nil
	}
	var all []Channel
	for _, e := range n.entries {
		switch {
		case e.value.kind == broken:
		case !isAccountName(e.key):
			d.errors.add(e.value, "is no name for a channel: a-z, 0-9 and -, at most 40, and no - in front", "")
		case e.value.kind != mapping && e.value.kind != null:
			d.refuse(e.value, "must be a map of keys (key: value)")
		default:
			if c, ok := d.channel(e.key, e.value, registry); ok {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, func(a, b Channel) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

func (d *decoder) channel(name string, n *node, registry notify.Registry) (Channel, bool) {
	kind, known := d.typeOf(name, n, slices.Sorted(maps.Keys(registry)), "channel")
	if !known {
		return Channel{}, false
	}
	settings := registry[kind]()
	d.into(n, reflect.ValueOf(settings).Elem())
	base := settings.Base()
	base.Type = kind
	d.checkChannel(n, base)
	d.check(n, settings.Validate())
	return Channel{Name: name, Type: kind, Settings: settings}, true
}

// kindsOfMessages are the kinds that a channel can choose.
var kindsOfMessages = [...]notify.Kind{notify.KindDaily, notify.KindWeekly, notify.KindMonthly, notify.KindAnomalies, notify.KindFailures}

// checkChannel checks the keys that every channel takes.
func (d *decoder) checkChannel(n *node, base *notify.Common) {
	for _, k := range base.Kinds {
		if !slices.Contains(kindsOfMessages[:], k) {
			d.refuse(n.reach("kinds"), "must be a list of daily, weekly, monthly, anomalies, failures")
			break
		}
	}
	if base.MinSeverity != "" {
		d.oneOf(n, "min_severity", base.MinSeverity, "info", "warning", "critical")
	}
	if base.Lang != "" {
		d.oneOf(n, "lang", base.Lang, "zh", "en")
	}
	if base.MaxAge != "" {
		if age, err := time.ParseDuration(base.MaxAge); err != nil || age <= 0 {
			d.refuse(n.reach("max_age"), "must be a duration such as 12h")
		}
	}
	if proxy := base.Proxy.Reveal(); proxy != "" && !d.excused[n.reach("proxy").path] {
		if u, err := url.Parse(proxy); err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme) {
			d.refuse(n.reach("proxy"), "must be http://host:port, https://host:port or socks5://host:port")
		}
	}
}

// keyErrors returns what the settings of a cloud or of a channel say about their keys: the two floors of the program know
// nothing of each other, so each has a type for it, of the same shape.
func keyErrors(err error) []*notify.KeyError {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*notify.KeyError
		for _, e := range joined.Unwrap() {
			all = append(all, keyErrors(e)...)
		}
		return all
	}
	if e, ok := errors.AsType[*notify.KeyError](err); ok {
		return []*notify.KeyError{e}
	}
	if e, ok := errors.AsType[*providers.KeyError](err); ok {
		return []*notify.KeyError{(*notify.KeyError)(e)}
	}
	return nil
}

// known lists words in a sentence.
func known(words []string) string { return strings.Join(words, ", ") }
