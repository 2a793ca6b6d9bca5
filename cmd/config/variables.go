package config

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Variable is an environment variable that the configuration asks for.
type Variable struct {
	Name     string
	Optional bool // everywhere that the file asks for it, it has a default
}

// A File is one that the configuration names: a secret, certificates, a font.
type File struct {
	Key     string // "providers.prod.access_key_file"
	Written string // as the file says it, with the names of variables
	Text    string // the same with their values
	Path    string // as the process opens it
}

// asks is what the configuration needs from outside of its file.
type asks struct {
	variables []Variable
	files     []File
	state     bool
}

// Variables returns the environment variables that the configuration asks for or that override it, in the order of their names.
func (c *Config) Variables() []Variable { return slices.Clone(c.asks.variables) }

// Files returns the files that keys ending in _file name, in the order of the file.
func (c *Config) Files() []File { return slices.Clone(c.asks.files) }

// ChoosesState tells whether the file, a flag or a variable says where the local state is.
func (c *Config) ChoosesState() bool { return c.asks.state }

// Path returns which file Load would read. It reads and checks nothing of what is in it but that it is YAML.
func Path(o Options) (string, error) {
	f, err := find(o)
	return f.path, err
}

// HasKeys tells whether the configuration says anything secret of an account: without that its cloud's own places are looked at.
func (a Account) HasKeys() bool {
	v := reflect.ValueOf(a.Settings).Elem()
	for _, f := range fieldsOf(v.Type()) {
		if f.secret && v.FieldByIndex(f.index).String() != "" {
			return true
		}
	}
	return false
}

// asksOf looks through a valid file and what overrides it.
func asksOf(f found, root *node, place folder, getenv func(string) string) asks {
	required := map[string]bool{}
	var a asks
	walk("", f.root, func(path, text string) {
		if _, overridden := f.overrides[path]; overridden {
			return
		}
		for name, needed := range variablesOf(text) {
			required[name] = required[name] || needed
		}
		if e, err := expand(text, getenv); err == nil && strings.HasSuffix(path, fileSuffix) && e.text != "" {
			a.files = append(a.files, File{path, text, e.text, place.resolve(e.text)})
		}
	})
	for path, o := range f.overrides {
		if strings.HasPrefix(path, "clickhouse.") { // the others change where and how something is told, not what is done
			required[o.source] = true
		}
	}
	for name, needed := range required {
		a.variables = append(a.variables, Variable{name, !needed})
	}
	slices.SortFunc(a.variables, func(x, y Variable) int { return cmp.Compare(x.Name, y.Name) })
	state := root.at("state")
	a.state = state != nil && state.text != ""
	return a
}

// variablesOf returns the variables of a text, and whether each must have a value.
func variablesOf(text string) map[string]bool {
	all := map[string]bool{}
	without := func(missing string) func(string) string {
		return func(name string) string {
			all[name] = all[name] || false
			if name == missing {
				return ""
			}
			return "x"
		}
	}
	if _, err := expand(text, without("")); err != nil {
		return nil
	}
	for _, name := range slices.Collect(maps.Keys(all)) {
		_, err := expand(text, without(name))
		all[name] = err != nil
	}
	return all
}

// walk visits the values of a YAML tree that are texts, those of an alias where it is used.
func walk(path string, y *yaml.Node, visit func(path, text string)) {
	switch y.Kind {
	case yaml.ScalarNode:
		visit(path, y.Value)
	case yaml.SequenceNode:
		for i, item := range y.Content {
			walk(path+"["+strconv.Itoa(i)+"]", item, visit)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(y.Content); i += 2 {
			walk(join(path, y.Content[i].Value), y.Content[i+1], visit)
		}
	case yaml.AliasNode:
		walk(path, y.Alias, visit)
	}
}
