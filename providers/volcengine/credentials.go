package volcengine

import (
	"strings"

	"github.com/volcengine/volcengine-go-sdk/volcengine/credentials"

	"goscan/providers"
	"goscan/providers/internal/call"
)

// keyNames are the environment's names of a key pair.
type keyNames struct{ access, secret, token string }

// environmentKeys returns the names that the cloud's own tools read, in the order in which they are tried: those of
// the command line and terraform, of the first SDK, and of the present one.
func environmentKeys() []keyNames {
	return []keyNames{
		{"VOLCENGINE_ACCESS_KEY", "VOLCENGINE_SECRET_KEY", "VOLCENGINE_SESSION_TOKEN"},
		{"VOLC_ACCESSKEY", "VOLC_SECRETKEY", "VOLC_SESSION_TOKEN"},
		{"VOLCSTACK_ACCESS_KEY_ID", "VOLCSTACK_SECRET_ACCESS_KEY", "VOLCSTACK_SESSION_TOKEN"},
		{"VOLCSTACK_ACCESS_KEY", "VOLCSTACK_SECRET_KEY", "VOLCSTACK_SESSION_TOKEN"},
	}
}

// newCredentials returns the account's credentials: the configured ones, the environment's, or the shared file's,
// which is read by the first request. The veil learns whatever is found.
func newCredentials(s *Settings, getenv func(string) string, veil *call.Veil) *credentials.Credentials {
	if s.AccessKey != "" {
		return fixed(s.AccessKey.Reveal(), s.SecretKey.Reveal(), s.SessionToken.Reveal(), veil)
	}
	for _, names := range environmentKeys() {
		if access, secret := getenv(names.access), getenv(names.secret); access != "" && secret != "" {
			return fixed(access, secret, getenv(names.token), veil)
		}
	}
	return credentials.NewCredentials(&veiled{
		Provider: &credentials.SharedCredentialsProvider{
			Filename: getenv("VOLCSTACK_SHARED_CREDENTIALS_FILE"),
			Profile:  firstOf(getenv, "VOLCSTACK_PROFILE", "VOLCENGINE_PROFILE"),
		},
		veil: veil,
	})
}

func fixed(access, secret, token string, veil *call.Veil) *credentials.Credentials {
	veil.Add(access, secret, token)
	return credentials.NewStaticCredentials(access, secret, token)
}

// veiled is a provider of credentials whose keys the veil learns before anybody can print them.
type veiled struct {
	credentials.Provider
	veil *call.Veil
}

func (v *veiled) Retrieve() (credentials.Value, error) {
	value, err := v.Provider.Retrieve()
	v.veil.Add(value.AccessKeyID, value.SecretAccessKey, value.SessionToken)
	return value, err
}

// proven returns an error of kind Denied while there are no credentials at all.
func proven(c *credentials.Credentials) error {
	if _, err := c.Get(); err != nil {
		return &providers.Error{
			Kind:    providers.Denied,
			Message: "no credentials",
			Hint:    "set access_key and secret_key, or VOLCENGINE_ACCESS_KEY and VOLCENGINE_SECRET_KEY",
		}
	}
	return nil
}

func firstOf(getenv func(string) string, names ...string) string {
	for _, name := range names {
		if value := strings.TrimSpace(getenv(name)); value != "" {
			return value
		}
	}
	return ""
}
