package volcengine_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"goscan/providers"
	"goscan/providers/internal/wiretest"
	"goscan/providers/volcengine"
)

func TestSettingsAreReadFromYAML(t *testing.T) {
	s := volcengine.Cloud().Settings()
	text := "type: volcengine\nrate: 2\nendpoint: https://example.org\naccess_key: a\nsecret_key: b\nsession_token: c\nregion: cn-shanghai\n"
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(s); err != nil {
		t.Fatal(err)
	}
	got := s.(*volcengine.Settings)
	if got.Type != "volcengine" || s.Base().Rate != 2 || got.Endpoint != "https://example.org" || got.AccessKey.Reveal() != "a" ||
		got.SecretKey.Reveal() != "b" || got.SessionToken.Reveal() != "c" || got.Region != "cn-shanghai" {
		t.Errorf("settings %#v", got)
	}
}

func TestWrongSettingsNameTheirKeys(t *testing.T) {
	negative := -1
	tests := map[string]struct {
		settings volcengine.Settings
		want     []string
	}{
		"nothing, the environment has it": {volcengine.Settings{}, nil},
		"a pair":                          {volcengine.Settings{AccessKey: "a", SecretKey: "b"}, nil},
		"no secret":                       {volcengine.Settings{AccessKey: "a"}, []string{"secret_key"}},
		"no access key":                   {volcengine.Settings{SecretKey: "a"}, []string{"access_key"}},
		"a lone token":                    {volcengine.Settings{SessionToken: "a"}, []string{"access_key"}},
		"plain http":                      {volcengine.Settings{Common: providers.Common{Endpoint: "http://open.volcengineapi.com"}}, []string{"endpoint"}},
		"plain http on this machine":      {volcengine.Settings{Common: providers.Common{Endpoint: "http://127.0.0.1:80"}}, nil},
		"several":                         {volcengine.Settings{Common: providers.Common{Endpoint: "x", Rate: -1, Lookback: &negative}, AccessKey: "a"}, []string{"endpoint", "rate", "lookback", "secret_key"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var keys []string
			for _, e := range providers.KeyErrors(test.settings.Validate()) {
				keys = append(keys, e.Key)
			}
			if !slices.Equal(keys, test.want) {
				t.Errorf("wrong keys %v, want %v", keys, test.want)
			}
			if _, err := test.settings.Open(wiretest.Options()); (err != nil) != (test.want != nil) {
				t.Errorf("Open: %v", err)
			}
		})
	}
}

func TestCredentialsComeFromTheEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials")
	ini := "[default]\nvolcengine_access_key_id = AKfile00\nvolcengine_secret_access_key = SKfile00\n[other]\nvolcengine_access_key_id = AKother0\nvolcengine_secret_access_key = SKother0\n"
	if err := os.WriteFile(file, []byte(ini), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		env                       map[string]string
		settings                  volcengine.Settings
		wantKey, wantToken, wantR string
	}{
		"the command line's names": {env: map[string]string{"VOLCENGINE_ACCESS_KEY": "AKcli000", "VOLCENGINE_SECRET_KEY": "SKcli000", "VOLCENGINE_SESSION_TOKEN": "STcli000", "VOLCENGINE_REGION": "cn-shanghai"},
			wantKey: "AKcli000", wantToken: "STcli000", wantR: "cn-shanghai"},
		"the first SDK's names":       {env: map[string]string{"VOLC_ACCESSKEY": "AKold000", "VOLC_SECRETKEY": "SKold000"}, wantKey: "AKold000"},
		"the present SDK's names":     {env: map[string]string{"VOLCSTACK_ACCESS_KEY_ID": "AKnew000", "VOLCSTACK_SECRET_ACCESS_KEY": "SKnew000"}, wantKey: "AKnew000"},
		"the settings come first":     {env: map[string]string{"VOLCENGINE_ACCESS_KEY": "AKcli000", "VOLCENGINE_SECRET_KEY": "SKcli000", "VOLCENGINE_SESSION_TOKEN": "STcli000"}, settings: volcengine.Settings{AccessKey: "AKset000", SecretKey: "SKset000"}, wantKey: "AKset000"},
		"half a pair is passed over":  {env: map[string]string{"VOLCENGINE_ACCESS_KEY": "AKcli000", "VOLC_ACCESSKEY": "AKold000", "VOLC_SECRETKEY": "SKold000"}, wantKey: "AKold000"},
		"the shared file":             {env: map[string]string{"VOLCSTACK_SHARED_CREDENTIALS_FILE": file}, wantKey: "AKfile00"},
		"a profile of the shared one": {env: map[string]string{"VOLCSTACK_SHARED_CREDENTIALS_FILE": file, "VOLCENGINE_PROFILE": "other"}, wantKey: "AKother0"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, 1) })
			o := wiretest.Options()
			test.env["VOLCENGINE_ENDPOINT"] = s.URL
			o.Getenv = func(name string) string { return test.env[name] }
			p, err := test.settings.Open(o)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := wiretest.Fetch(t.Context(), p, day); err != nil {
				t.Fatal(err)
			}
			h := s.Requests()[0].Header
			region := test.wantR
			if region == "" {
				region = "cn-beijing"
			}
			if got := h.Get("Authorization"); !strings.Contains(got, "Credential="+test.wantKey+"/") || !strings.Contains(got, "/"+region+"/") {
				t.Errorf("Authorization %s", got)
			}
			if got := h.Get("X-Security-Token"); got != test.wantToken {
				t.Errorf("token %q, want %q", got, test.wantToken)
			}
		})
	}
}

func TestNoCredentialsAreDenied(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, 1) })
	o := wiretest.Options()
	o.Getenv = func(name string) string {
		return map[string]string{"VOLCSTACK_SHARED_CREDENTIALS_FILE": filepath.Join(t.TempDir(), "none"), "VOLCENGINE_ENDPOINT": s.URL}[name]
	}
	p, err := (&volcengine.Settings{}).Open(o)
	if err != nil {
		t.Fatal(err)
	}
	err = p.(providers.Checker).Check(t.Context())
	if providers.KindOf(err) != providers.Denied || !strings.Contains(providers.HintOf(err), "VOLCENGINE_ACCESS_KEY") || len(s.Requests()) != 0 {
		t.Errorf("kind %s, hint %q, %d requests: %v", providers.KindOf(err), providers.HintOf(err), len(s.Requests()), err)
	}
}

func TestCalendar(t *testing.T) {
	c := volcengine.Cloud().Calendar
	november := providers.NewMonth(2026, 11)
	if got := c.Closes(november); !got.Equal(providers.NewDay(2026, 12, 2).Start().Add(12 * 3600e9)) {
		t.Errorf("closes %s", got)
	}
	if got := c.Oldest(november.First().Start()); got != providers.NewMonth(2024, 11) {
		t.Errorf("oldest %s", got)
	}
	if got := c.Oldest(providers.NewDay(2022, 6, 1).Start()); got != providers.NewMonth(2022, 1) {
		t.Errorf("oldest in 2022 %s", got)
	}
}
