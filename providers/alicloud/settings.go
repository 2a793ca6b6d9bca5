package alicloud

import (
	"errors"
	"time"

	"goscan/providers"
	"goscan/providers/internal/call"
)

// calendar: lines are complete a day after their day; a month closes on the 3rd at noon and is kept for 18 months.
func calendar() providers.Calendar {
	return providers.Calendar{IssueLag: 24 * time.Hour, CloseDay: 3, CloseHour: 12, History: 18}
}

// defaultRate is in requests per second: 10 are allowed to an account for each API.
const defaultRate = 9.8

// The sites that accounts belong to, as `site:` names them.
const (
	siteChina         = "china"
	siteInternational = "international"
)

// Cloud returns what the registry knows of Alibaba Cloud.
func Cloud() providers.Cloud {
	return providers.Cloud{
		Title:    "Alibaba Cloud (阿里云)",
		Calendar: calendar(),
		PageSize: pageSize,
		Proof:    providers.Proof{RoundedOnce: true},
		Settings: func() providers.Settings { return &Settings{} },
	}
}

// Settings are the keys of an Alibaba Cloud account. Without access_key_id and access_key_secret they come from the
// environment (ALIBABA_CLOUD_ACCESS_KEY_ID and its fellows, or terraform's ALICLOUD_ACCESS_KEY), or else from the steps
// of the SDK's own chain: OIDC, the command line's profile, the credentials file, the ECS role (only if
// ALIBABA_CLOUD_ECS_METADATA names it: elsewhere asking costs seconds) and a credentials URI.
type Settings struct {
	providers.Common `yaml:",inline"`

	AccessKeyID     providers.Secret `yaml:"access_key_id"`
	AccessKeySecret providers.Secret `yaml:"access_key_secret"`
	SecurityToken   providers.Secret `yaml:"security_token"` // of temporary credentials (STS)
	Site            string           `yaml:"site"`           // china or international; by default found out by the first request
}

// Base returns the keys that every account takes.
func (s *Settings) Base() *providers.Common { return &s.Common }

// Validate reports what is wrong as KeyErrors.
func (s *Settings) Validate() error {
	wrong := []error{call.CheckCommon(&s.Common)}
	switch {
	case s.AccessKeyID != "" && s.AccessKeySecret == "":
		wrong = append(wrong, &providers.KeyError{Key: "access_key_secret", Problem: "is missing", Hint: "access_key_id is set: a key pair needs both"})
	case s.AccessKeyID == "" && s.AccessKeySecret != "":
		wrong = append(wrong, &providers.KeyError{Key: "access_key_id", Problem: "is missing", Hint: "access_key_secret is set: a key pair needs both"})
	case s.AccessKeyID == "" && s.SecurityToken != "":
		wrong = append(wrong, &providers.KeyError{Key: "access_key_id", Problem: "is missing", Hint: "security_token belongs to a key pair"})
	}
	if s.Site != "" && s.Site != siteChina && s.Site != siteInternational {
		wrong = append(wrong, &providers.KeyError{Key: "site", Problem: "is neither china nor international", Hint: "leave it out: the first request finds out"})
	}
	return errors.Join(wrong...)
}

// Open returns the account's provider.
func (s *Settings) Open(o providers.Options) (providers.Provider, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return newClient(s, o)
}
