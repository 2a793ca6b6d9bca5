package config

import (
	"cmp"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

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
	settings.Base().Type = kind
	d.check(n, settings.Validate())
	return Channel{Name: name, Type: kind, Settings: settings}, true
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
