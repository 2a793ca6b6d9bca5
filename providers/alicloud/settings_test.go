package alicloud_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"goscan/providers"
	"goscan/providers/alicloud"
	"goscan/providers/internal/wiretest"
)

func TestSettingsAreReadFromYAML(t *testing.T) {
	s := alicloud.Cloud().Settings()
	text := "type: alicloud\nrate: 2\naccess_key_id: a\naccess_key_secret: b\nsecurity_token: c\nsite: international\n"
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(s); err != nil {
		t.Fatal(err)
	}
	got := s.(*alicloud.Settings)
	if got.Type != "alicloud" || s.Base().Rate != 2 || got.AccessKeyID.Reveal() != "a" || got.AccessKeySecret.Reveal() != "b" ||
		got.SecurityToken.Reveal() != "c" || got.Site != "international" {
		t.Errorf("settings %#v", got)
	}
}

func TestWrongSettingsNameTheirKeys(t *testing.T) {
	tests := map[string]struct {
		settings alicloud.Settings
		want     []string
	}{
		"nothing, the environment has it": {alicloud.Settings{}, nil},
		"a pair":                          {alicloud.Settings{AccessKeyID: "a", AccessKeySecret: "b", Site: "china"}, nil},
		"no secret":                       {alicloud.Settings{AccessKeyID: "a"}, []string{"access_key_secret"}},
		"no id":                           {alicloud.Settings{AccessKeySecret: "a"}, []string{"access_key_id"}},
		"a lone token":                    {alicloud.Settings{SecurityToken: "a"}, []string{"access_key_id"}},
		"plain http":                      {alicloud.Settings{Common: providers.Common{Endpoint: "http://business.aliyuncs.com"}}, []string{"endpoint"}},
		"several":                         {alicloud.Settings{Common: providers.Common{Endpoint: "x", Rate: -1}, Site: "europe"}, []string{"endpoint", "rate", "site"}},
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

func TestEndpointsAreTheSites(t *testing.T) {
	const china, international = "https://business.aliyuncs.com", "https://business.ap-southeast-1.aliyuncs.com"
	tests := map[string]struct {
		settings alicloud.Settings
		want     []string
	}{
		"a site that is not known":   {alicloud.Settings{}, []string{china, international}},
		"China":                      {alicloud.Settings{Site: "china"}, []string{china}},
		"the international site":     {alicloud.Settings{Site: "international"}, []string{international}},
		"an endpoint beats the site": {alicloud.Settings{Site: "china", Common: providers.Common{Endpoint: "https://proxy.example:8443"}}, []string{"https://proxy.example:8443"}},
	}
	for name, test := range tests {
		if got, err := alicloud.Hosts(&test.settings); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %v (%v), want %v", name, got, err, test.want)
		}
	}
}

func TestCredentialsComeFromTheEnvironment(t *testing.T) {
	tests := map[string]struct {
		env                map[string]string
		settings           alicloud.Settings
		wantKey, wantToken string
	}{
		"the cloud's names": {env: map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTenv000", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "SKenv000", "ALIBABA_CLOUD_SECURITY_TOKEN": "STenv000"},
			wantKey: "LTenv000", wantToken: "STenv000"},
		"terraform's names": {env: map[string]string{"ALICLOUD_ACCESS_KEY": "LTtf0000", "ALICLOUD_SECRET_KEY": "SKtf0000"}, wantKey: "LTtf0000"},
		"the settings come first": {env: map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTenv000", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "SKenv000", "ALIBABA_CLOUD_SECURITY_TOKEN": "STenv000"},
			settings: alicloud.Settings{AccessKeyID: "LTset000", AccessKeySecret: "SKset000"}, wantKey: "LTset000"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := wiretest.Options()
			o.Getenv = func(name string) string { return test.env[name] }
			checkSigner(t, test.settings, o, test.wantKey, test.wantToken)
		})
	}
}

// The SDK's own places are read from the real environment.
func TestCredentialsComeFromTheSDKsPlaces(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "credentials.ini")
	ini := "[default]\nenable = true\ntype = access_key\naccess_key_id = LTini000\naccess_key_secret = SKini000\n"
	if err := os.WriteFile(file, []byte(ini), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ALIBABA_CLOUD_CONFIG_FILE", filepath.Join(dir, "no-profile.json"))
	t.Setenv("ALIBABA_CLOUD_CREDENTIALS_FILE", file)
	o := wiretest.Options()
	o.Getenv = os.Getenv
	checkSigner(t, alicloud.Settings{}, o, "LTini000", "")
}

func checkSigner(t *testing.T, settings alicloud.Settings, o providers.Options, key, token string) {
	t.Helper()
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, 1) })
	settings.Endpoint = s.URL
	p, err := settings.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wiretest.Fetch(t.Context(), p, day); err != nil {
		t.Fatal(err)
	}
	h := s.Requests()[0].Header
	if got := h.Get("Authorization"); !strings.Contains(got, "Credential="+key+",") {
		t.Errorf("Authorization %s, want the key %s", got, key)
	}
	if got := h.Get("X-Acs-Security-Token"); got != token {
		t.Errorf("token %q, want %q", got, token)
	}
}

func TestNoCredentialsAreDenied(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("ALIBABA_CLOUD_CONFIG_FILE", filepath.Join(dir, "none.json"))
	t.Setenv("ALIBABA_CLOUD_CREDENTIALS_FILE", filepath.Join(dir, "none.ini"))
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, 1) })
	p, err := (&alicloud.Settings{Common: providers.Common{Endpoint: s.URL}}).Open(wiretest.Options())
	if err != nil {
		t.Fatal(err)
	}
	err = p.(providers.Checker).Check(t.Context())
	if providers.KindOf(err) != providers.Denied || !strings.Contains(providers.HintOf(err), "ALIBABA_CLOUD_ACCESS_KEY_ID") || len(s.Requests()) != 0 {
		t.Errorf("kind %s, hint %q, %d requests: %v", providers.KindOf(err), providers.HintOf(err), len(s.Requests()), err)
	}
}

func TestCalendar(t *testing.T) {
	c := alicloud.Cloud().Calendar
	november := providers.NewMonth(2026, 11)
	if got := c.Closes(november); !got.Equal(providers.NewDay(2026, 12, 3).Start().Add(12 * 3600e9)) {
		t.Errorf("closes %s", got)
	}
	if got := c.Oldest(november.First().Start()); got != providers.NewMonth(2025, 5) {
		t.Errorf("oldest %s", got)
	}
}
