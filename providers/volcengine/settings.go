package volcengine

import (
	"errors"
	"time"

	"goscan/providers"
	"goscan/providers/internal/call"
)

// calendar: a month closes on the 2nd at noon; months are kept for two years, none before 2022.
func calendar() providers.Calendar {
	return providers.Calendar{
		IssueLag:  6 * time.Hour,
		CloseDay:  2,
		CloseHour: 12,
		History:   24,
		Earliest:  providers.NewMonth(2022, time.January),
	}
}

const (
	defaultRegion   = "cn-beijing"
	defaultEndpoint = "https://open.volcengineapi.com"
	defaultRate     = 4.9 // requests per second: 5 are allowed to an account for all billing APIs together
)

// Cloud returns what the registry knows of Volcengine.
func Cloud() providers.Cloud {
	return providers.Cloud{
		Title:    "Volcengine (火山引擎)",
		Calendar: calendar(),
		PageSize: pageSize,
		Proof:    providers.Proof{SettledField: "SettlementType", SettledValues: []string{"结算", "settle"}},
		Settings: func() providers.Settings { return &Settings{} },
	}
}

// Settings are the keys of a Volcengine account. Without access_key and secret_key they come from the environment
// (VOLCENGINE_ACCESS_KEY, VOLC_ACCESSKEY, VOLCSTACK_ACCESS_KEY_ID and their fellows), or else from the SDK's shared
// credentials file.
type Settings struct {
	providers.Common `yaml:",inline"`

	AccessKey    providers.Secret `yaml:"access_key"`
	SecretKey    providers.Secret `yaml:"secret_key"`
	SessionToken providers.Secret `yaml:"session_token"` // of temporary credentials (STS)
	Region       string           `yaml:"region"`        // what requests are signed for; default cn-beijing
}

// Base returns the keys that every account takes.
func (s *Settings) Base() *providers.Common { return &s.Common }

// Validate reports what is wrong as KeyErrors.
func (s *Settings) Validate() error {
	wrong := []error{call.CheckCommon(&s.Common)}
	switch {
	case s.AccessKey != "" && s.SecretKey == "":
		wrong = append(wrong, &providers.KeyError{Key: "secret_key", Problem: "is missing", Hint: "access_key is set: a key pair needs both"})
	case s.AccessKey == "" && s.SecretKey != "":
		wrong = append(wrong, &providers.KeyError{Key: "access_key", Problem: "is missing", Hint: "secret_key is set: a key pair needs both"})
	case s.AccessKey == "" && s.SessionToken != "":
		wrong = append(wrong, &providers.KeyError{Key: "access_key", Problem: "is missing", Hint: "session_token belongs to a key pair"})
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
