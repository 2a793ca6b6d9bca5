package config

import (
	"reflect"
	"strings"

	"goscan/notify"
	"goscan/providers"
)

// A field is a key that a struct takes.
type field struct {
	key    string
	index  []int
	secret bool
}

type fields []field

// fieldsOf lists the keys of a struct in the order of its fields, those of inlined structs in their place.
func fieldsOf(t reflect.Type) fields {
	var all fields
	for i := range t.NumField() {
		f := t.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if options == "inline" {
			for _, inner := range fieldsOf(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				all = append(all, inner)
			}
			continue
		}
		if key != "" && key != "-" && f.IsExported() {
			all = append(all, field{key, f.Index, isSecret(f.Type)})
		}
	}
	return all
}

// isSecret tells whether a type holds a secret: that of an account or that of a channel.
func isSecret(t reflect.Type) bool {
	return t == reflect.TypeFor[providers.Secret]() || t == reflect.TypeFor[notify.Secret]()
}

func (f fields) named(key string) *field {
	for i := range f {
		if f[i].key == key {
			return &f[i]
		}
	}
	return nil
}

// keys lists what the file may say, with the _file form of each secret.
func (f fields) keys() []string {
	var all []string
	for _, one := range f {
		all = append(all, one.key)
		if one.secret {
			all = append(all, one.key+fileSuffix)
		}
	}
	return all
}
