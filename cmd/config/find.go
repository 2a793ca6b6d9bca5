package config

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/afero"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"
)

const fileName = "goscan.yaml"

// An override is a value from outside of the file, which wins over the file's: a flag, or an environment variable from
// a fixed list. Nothing else of the environment reaches the configuration, except where the file asks for it (${NAME}).
type override struct{ source, text string }

func (o override) node(path string) *node {
	return &node{path: path, source: o.source, kind: scalar, text: o.text}
}

// variables are the environment variables that override keys of the file.
func variables() map[string]string {
	return map[string]string{
		"clickhouse.hosts":    "GOSCAN_CLICKHOUSE_HOSTS",
		"clickhouse.port":     "GOSCAN_CLICKHOUSE_PORT",
		"clickhouse.username": "GOSCAN_CLICKHOUSE_USERNAME",
		"clickhouse.password": "GOSCAN_CLICKHOUSE_PASSWORD",
		"clickhouse.database": "GOSCAN_CLICKHOUSE_DATABASE",
		"clickhouse.secure":   "GOSCAN_CLICKHOUSE_SECURE",
		"state":               "GOSCAN_STATE",
		"report.lang":         "GOSCAN_REPORT_LANG",
		"metrics.file":        "GOSCAN_METRICS_FILE",
		"log.level":           "GOSCAN_LOG_LEVEL",
		"log.format":          "GOSCAN_LOG_FORMAT",
		"log.file":            "GOSCAN_LOG_FILE",
	}
}

// A found is the file as it was read, and what overrides it.
type found struct {
	path      string
	root      *yaml.Node
	overrides map[string]override
}

// find lets viper find and read the file and put flags before variables. viper gets its own copy of neither keys nor
// values of the file: it lower-cases keys, splits them at dots and turns long numbers into floats. The decoder that it
// is given keeps the YAML nodes instead, and leaves viper's map empty.
func find(o Options) (found, error) {
	f := found{overrides: map[string]override{}}
	capture := &capture{}
	v := viper.NewWithOptions(viper.WithFinder(places(folders(o.Getenv))), viper.WithDecoderRegistry(capture))
	v.SetConfigType("yaml")
	if named := cmp.Or(o.File, o.Getenv("GOSCAN_CONFIG")); named != "" {
		v.SetConfigFile(named)
	}
	for key, name := range variables() {
		if text := o.Getenv(name); text != "" {
			v.SetDefault(key, override{name, text})
		}
	}
	if o.State != "" {
		v.Set("state", override{"--state", o.State})
	}
	for key := range variables() {
		if winner, set := v.Get(key).(override); set {
			f.overrides[key] = winner
		}
	}
	err := v.ReadInConfig()
	f.path = v.ConfigFileUsed()
	switch _, absent := errors.AsType[viper.ConfigFileNotFoundError](err); {
	case absent:
		return f, Errors{{Path: fileName, Problem: "is in none of " + strings.Join(folders(o.Getenv), ", "), Hint: "goscan config init writes one; --config FILE names another", cause: fs.ErrNotExist}}
	case err != nil && !capture.called:
		return f, Errors{{Path: f.path, Problem: reason(err), cause: err}}
	}
	root, wrong := parse(f.path, capture.text)
	if wrong != nil {
		return f, Errors{wrong}
	}
	f.root = root
	return f, nil
}

// folders lists where the file is looked for: the working directory, the user's and the system's configuration folder. APPDATA
// and ProgramData are Windows's.
func folders(getenv func(string) string) []string {
	all := []string{"."}
	if base := getenv("XDG_CONFIG_HOME"); base != "" {
		all = append(all, filepath.Join(base, "goscan"))
	} else if roaming := getenv("APPDATA"); roaming != "" {
		all = append(all, filepath.Join(roaming, "goscan"))
	} else if home := getenv("HOME"); home != "" {
		all = append(all, filepath.Join(home, ".config", "goscan"))
	}
	if common := getenv("ProgramData"); common != "" {
		return append(all, filepath.Join(common, "goscan"))
	}
	return append(all, filepath.Join(string(filepath.Separator), "etc", "goscan"))
}

// places is viper's finder. viper's own would take goscan.json and goscan.toml too, and before goscan.yaml.
type places []string

// Find returns the files of that name that exist. One that this user may not look at is returned as well: the error of
// reading it is better than to take another silently.
func (p places) Find(files afero.Fs) ([]string, error) {
	var all []string
	for _, folder := range p {
		path := filepath.Join(folder, fileName)
		info, err := files.Stat(path)
		if err == nil && !info.IsDir() || errors.Is(err, fs.ErrPermission) {
			all = append(all, path)
		}
	}
	return all, nil
}

// capture is viper's decoder: it keeps the text.
type capture struct {
	called bool
	text   []byte
}

// Decoder returns the capture itself for every format.
func (c *capture) Decoder(string) (viper.Decoder, error) { return c, nil }

// Decode keeps the text and gives viper no keys.
func (c *capture) Decode(text []byte, _ map[string]any) error {
	c.called, c.text = true, text
	return nil
}

// reason returns what the operating system says, without the path that errors of package os repeat.
func reason(err error) string {
	if failed, ok := errors.AsType[*os.PathError](err); ok {
		return failed.Err.Error()
	}
	return err.Error()
}
