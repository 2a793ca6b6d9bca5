package config

import (
	"encoding"
	"math"
	"net/url"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"goscan/cmd/nearest"
	"goscan/providers"
)

// A decoder writes nodes into structs with yaml tags, strictly: an unknown key and a value of the wrong type are
// errors, each with its path and line. It never prints a value.
type decoder struct {
	folder  folder
	errors  *Errors
	secrets []string
	// exposed is set when the file itself holds a secret, not only the name of a variable or of another file.
	exposed bool
	// secretFiles are the files that secrets were read from.
	secretFiles []string
	// excused are the paths of keys that a problem above is about already: the right key of a typo, for one.
	excused map[string]bool
}

// into decodes n into v. Null leaves v as it is: the default.
func (d *decoder) into(n *node, v reflect.Value) {
	switch {
	case n.kind == null || n.kind == broken:
		d.excused[n.path] = n.kind == broken
	case v.Type() == reflect.TypeFor[*node]():
		v.Set(reflect.ValueOf(n))
	case v.Kind() == reflect.Pointer:
		fresh := reflect.New(v.Type().Elem())
		if d.into(n, fresh.Elem()); !d.excused[n.path] {
			v.Set(fresh)
		}
	case isText(v):
		d.text(n, v)
	case v.Kind() == reflect.Struct:
		d.structure(n, v)
	case v.Kind() == reflect.Slice:
		d.slice(n, v)
	case v.Kind() == reflect.Map:
		d.table(n, v)
	default:
		d.scalar(n, v)
	}
}

func (d *decoder) refuse(n *node, problem string) {
	d.excused[n.path] = true
	d.errors.add(n, problem, "")
}

func (d *decoder) structure(n *node, v reflect.Value) {
	if n.kind != mapping {
		d.refuse(n, "must be a map of keys (key: value)")
		return
	}
	fields := fieldsOf(v.Type())
	for _, e := range n.entries {
		base, isFile := strings.CutSuffix(e.key, fileSuffix)
		switch f, secret := fields.named(e.key), fields.named(base); {
		case f != nil:
			d.into(e.value, v.FieldByIndex(f.index))
		case isFile && secret != nil && secret.secret:
			d.secretFile(n, base, e.value, v.FieldByIndex(secret.index))
		default:
			d.unknown(n, e, fields.keys())
		}
	}
}

// unknown reports a key that the mapping does not have, with the nearest that it has.
func (d *decoder) unknown(n *node, e entry, known []string) {
	if problem, hint := retired(n.path, e.key); problem != "" {
		d.errors.add(e.value, problem, hint)
		return
	}
	meant := nearest.Of(e.key, known)
	if meant == "" {
		d.errors.add(e.value, "unknown key, known are "+strings.Join(known, ", "), "")
		return
	}
	d.excused[join(n.path, strings.TrimSuffix(meant, fileSuffix))] = true
	d.errors.add(e.value, "unknown key, did you mean "+meant+"?", "")
}

// slice decodes a list. One text is a list too, split at commas: so a variable can hold one.
func (d *decoder) slice(n *node, v reflect.Value) {
	items := n.items
	switch n.kind {
	case scalar:
		for text := range strings.SplitSeq(n.text, ",") {
			items = append(items, &node{path: n.path, line: n.line, source: n.source, kind: scalar, text: strings.TrimSpace(text), literal: n.literal})
		}
	case mapping:
		d.refuse(n, "must be a list")
		return
	}
	all := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		d.into(item, all.Index(i))
	}
	v.Set(all)
}

func (d *decoder) table(n *node, v reflect.Value) {
	if n.kind != mapping {
		d.refuse(n, "must be a map of keys (key: value)")
		return
	}
	all := reflect.MakeMap(v.Type())
	for _, e := range n.entries {
		value := reflect.New(v.Type().Elem()).Elem()
		d.into(e.value, value)
		all.SetMapIndex(reflect.ValueOf(e.key).Convert(v.Type().Key()), value)
	}
	v.Set(all)
}

// scalar decodes numbers, truth values and texts. A text is what is written, also where YAML sees a number: ids keep
// their zeros and digits.
func (d *decoder) scalar(n *node, v reflect.Value) {
	if n.kind != scalar {
		d.refuse(n, "must be one value, not a map or a list")
		return
	}
	if v.Type() == reflect.TypeFor[time.Duration]() {
		span, err := time.ParseDuration(n.text)
		if err != nil {
			d.refuse(n, "must be a duration such as 90s or 5m")
		}
		v.SetInt(int64(span))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.text)
		if isSecret(v.Type()) {
			d.keep(n.text)
			d.exposed = d.exposed || n.literal
		}
	case reflect.Bool:
		switch strings.ToLower(n.text) {
		case "true", "false":
			v.SetBool(strings.EqualFold(n.text, "true"))
		default:
			d.refuse(n, "must be true or false")
		}
	case reflect.Int, reflect.Int32, reflect.Int64:
		number, err := strconv.ParseInt(n.text, 10, v.Type().Bits())
		if err != nil {
			d.refuse(n, "must be a whole number")
		}
		v.SetInt(number)
	case reflect.Float64:
		number, err := strconv.ParseFloat(n.text, 64)
		if err != nil || math.IsInf(number, 0) || math.IsNaN(number) {
			d.refuse(n, "must be a number")
			return
		}
		v.SetFloat(number)
	default:
		d.refuse(n, "cannot be set from a file")
	}
}

// text decodes a value that parses itself. Its error is not printed, because it may quote the value.
func (d *decoder) text(n *node, v reflect.Value) {
	if n.kind != scalar {
		d.refuse(n, "must be one value, not a map or a list")
		return
	}
	if v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(n.text)) == nil {
		return
	}
	switch v.Type() {
	case reflect.TypeFor[providers.Day]():
		d.refuse(n, "must be a day (YYYY-MM-DD)")
	case reflect.TypeFor[providers.Money]():
		d.refuse(n, "must be an amount, in digits and a point")
	case reflect.TypeFor[providers.Month]():
		d.refuse(n, "must be a month (YYYY-MM)")
	default:
		d.refuse(n, "has a form that is not understood")
	}
}

func isText(v reflect.Value) bool {
	_, ok := v.Addr().Interface().(encoding.TextUnmarshaler)
	return ok
}

// keep remembers a secret, so that it can be masked by value. Those of an address are secrets of their own: a server may
// say them back without the rest.
func (d *decoder) keep(secret string) {
	for _, s := range append(within(secret), secret) {
		if s != "" && !slices.Contains(d.secrets, s) {
			d.secrets = append(d.secrets, s)
		}
	}
}

// within returns what is secret in an address: the values of its query, its last step and its password. Shorter texts are
// words.
func within(address string) []string {
	const shortest = 8
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil
	}
	password, _ := u.User.Password()
	all := []string{password, path.Base(u.Path)}
	for _, values := range u.Query() {
		all = append(all, values...)
	}
	slices.Sort(all)
	return slices.DeleteFunc(all, func(s string) bool { return len(s) < shortest })
}
