package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"goscan/cmd/config"
	"goscan/cmd/schedule"
	channels "goscan/notify/all"
)

// loadScheduled reads the configuration as a scheduled run will: with the variables of goscan.env, and with its credentials
// where they are now.
func (a *app) loadScheduled() (*config.Config, error) {
	o := a.loadOptions()
	o.Channels = channels.Registry()
	path, err := config.Path(o)
	if err != nil {
		return nil, err
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	folder := filepath.Dir(path)
	file := schedule.Plan{Config: path}.EnvironmentFile()
	values, err := readEnvironment(file)
	if err != nil {
		return nil, err
	}
	o.Getenv = func(name string) string {
		switch value := a.getenv(name); {
		case value != "":
			return value
		case name == schedule.CredentialsDirectory:
			return folder
		}
		return values[name]
	}
	cfg, err := config.Load(o)
	if wrong, ok := errors.AsType[config.Errors](err); ok {
		for _, e := range wrong {
			if strings.HasPrefix(e.Problem, "the environment variable ") && e.Hint != "" {
				e.Hint += ", or add it to " + file
			}
		}
	}
	if err != nil {
		return nil, err
	}
	a.mask.set(cfg.Secrets())
	for _, w := range cfg.Warnings {
		a.log.Warn(w)
	}
	return cfg, nil
}

// readEnvironment reads lines NAME=value as systemd and a shell agree on them: a value may be in quotes, # begins a comment.
// A file that does not exist has none.
func readEnvironment(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		name, value, found := strings.Cut(line, "=")
		if !found || strings.HasPrefix(line, "#") {
			continue
		}
		if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = value[1 : n-1]
		}
		values[name] = value
	}
	return values, nil
}

// checkEnvironment refuses to install what would fail tomorrow for want of a variable.
func (a *app) checkEnvironment(p schedule.Plan) error {
	if len(p.Required()) == 0 {
		return nil
	}
	path := p.EnvironmentFile()
	values, err := readEnvironment(path)
	if err != nil {
		return err
	}
	var missing []string
	for _, name := range p.Required() {
		if values[name] == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return withHint{
			usageError{fmt.Errorf("%s lacks %s, which scheduled runs need: nothing was installed", path, strings.Join(missing, ", "))},
			"write a line NAME=value for each into it, and chmod 600 it",
		}
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		a.log.Warn(path + " holds secrets and other users can read it: chmod 600 " + path)
	}
	return nil
}
