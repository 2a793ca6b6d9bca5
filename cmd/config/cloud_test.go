package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"goscan/cmd/config"
	"goscan/notify"
	"goscan/providers"
)

// settings are the keys of a cloud that exists only here, with a field of each type that a cloud may declare.
type settings struct {
	providers.Common `yaml:",inline"`
	AccessKey        providers.Secret  `yaml:"access_key"`
	SecretKey        providers.Secret  `yaml:"secret_key"`
	Region           string            `yaml:"region"`
	Site             string            `yaml:"site"`
	Dry              bool              `yaml:"dry"`
	Timeout          time.Duration     `yaml:"timeout"`
	Payers           []string          `yaml:"payers"`
	Labels           map[string]string `yaml:"labels"`
}

func (s *settings) Base() *providers.Common { return &s.Common }

func (s *settings) Validate() error {
	var all []error
	if s.AccessKey == "" {
		all = append(all, &providers.KeyError{Key: "access_key", Problem: "is missing", Hint: "create one in the console"})
	}
	if s.SecretKey == "" {
		all = append(all, &providers.KeyError{Key: "secret_key", Problem: "is missing"})
	}
	switch s.Site {
	case "", "china":
	case "chatty": // a cloud that does what it must not
		all = append(all, &providers.KeyError{Key: "site", Problem: "does not go with " + s.SecretKey.Reveal()})
	case "rude":
		all = append(all, errors.New("no key error, and "+s.SecretKey.Reveal()))
	default:
		all = append(all, &providers.KeyError{Key: "site", Problem: "must be china"})
	}
	return errors.Join(all...)
}

func (s *settings) Open(providers.Options) (providers.Provider, error) {
	return nil, errors.New("this cloud has no sky")
}

func registry() providers.Registry {
	cloud := providers.Cloud{Settings: func() providers.Settings { return &settings{Region: "cn-beijing"} }}
	return providers.Registry{"volcengine": cloud, "alicloud": cloud}
}

// robot is a channel that exists only here.
type robot struct {
	notify.Common `yaml:",inline"`
	URL           notify.Secret            `yaml:"webhook_url"`
	Headers       map[string]notify.Secret `yaml:"headers"`
}

func (r *robot) Validate() error {
	err := r.Common.Validate()
	if r.URL == "" {
		err = errors.Join(err, &notify.KeyError{Key: "webhook_url", Problem: "is missing"})
	}
	return err
}

func (r *robot) Open(notify.Options) (notify.Channel, error) {
	return nil, errors.New("this robot has no voice")
}

func channels() notify.Registry {
	return notify.Registry{"wecom": func() notify.Settings { return &robot{} }}
}

// a setup is a home folder with one configuration file, and an environment that is not the process's.
type setup struct {
	home string
	env  map[string]string
}

func newSetup(t *testing.T) *setup {
	home := t.TempDir()
	return &setup{home: home, env: map[string]string{"HOME": home}}
}

func (s *setup) write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(s.home, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (s *setup) options(file string) config.Options {
	return config.Options{
		File:     file,
		Getenv:   func(name string) string { return s.env[name] },
		Now:      func() time.Time { return time.Date(2026, 11, 22, 16, 30, 0, 0, time.UTC) }, // the 23rd in UTC+8
		Registry: registry(),
		Channels: channels(),
	}
}

// load loads a text as the user's goscan.yaml.
func (s *setup) load(t *testing.T, text string) (*config.Config, error) {
	t.Helper()
	return config.Load(s.options(s.write(t, "goscan.yaml", text)))
}

func (s *setup) mustLoad(t *testing.T, text string) *config.Config {
	t.Helper()
	c, err := s.load(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
