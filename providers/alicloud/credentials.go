package alicloud

import (
	"errors"
	"fmt"
	"sync"

	chain "github.com/aliyun/credentials-go/credentials/providers"

	"goscan/providers"
	"goscan/providers/internal/call"
)

// keys finds an account's credentials and tells the veil about them before anybody can print them. It is the SDK's
// CredentialsProvider. The SDK's own chain is not used, because it is not safe for several goroutines and always asks
// the ECS metadata service.
type keys struct {
	veil *call.Veil

	mu    sync.Mutex
	steps []step
	found chain.CredentialsProvider // the step that answered first
}

// A step is one place where credentials may be. Only what the user asked for is worth an error.
type step struct {
	chain.CredentialsProvider
	asked bool
}

func newKeys(s *Settings, getenv func(string) string, veil *call.Veil) *keys {
	k := &keys{veil: veil}
	switch {
	case s.AccessKeyID != "":
		k.found = pair{s.AccessKeyID.Reveal(), s.AccessKeySecret.Reveal(), s.SecurityToken.Reveal()}
	case getenv("ALIBABA_CLOUD_ACCESS_KEY_ID") != "" && getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET") != "":
		k.found = pair{getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"), getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET"), getenv("ALIBABA_CLOUD_SECURITY_TOKEN")}
	case getenv("ALICLOUD_ACCESS_KEY") != "" && getenv("ALICLOUD_SECRET_KEY") != "":
		k.found = pair{getenv("ALICLOUD_ACCESS_KEY"), getenv("ALICLOUD_SECRET_KEY"), getenv("ALICLOUD_SECURITY_TOKEN")}
	default:
		k.steps = steps(getenv)
	}
	return k
}

// steps returns the SDK's places, in its order. A place that is not set up builds with an error and is left out.
func steps(getenv func(string) string) []step {
	var all []step
	add := func(p chain.CredentialsProvider, err error, asked bool) {
		if err == nil {
			all = append(all, step{p, asked})
		}
	}
	oidc, err := chain.NewOIDCCredentialsProviderBuilder().Build()
	add(oidc, err, true)
	cli, err := chain.NewCLIProfileCredentialsProviderBuilder().Build()
	add(cli, err, getenv("ALIBABA_CLOUD_PROFILE") != "" || getenv("ALIBABA_CLOUD_CONFIG_FILE") != "")
	file, err := chain.NewProfileCredentialsProviderBuilder().Build()
	add(file, err, getenv("ALIBABA_CLOUD_CREDENTIALS_FILE") != "")
	if getenv("ALIBABA_CLOUD_ECS_METADATA") != "" {
		role, err := chain.NewECSRAMRoleCredentialsProviderBuilder().Build()
		add(role, err, true)
	}
	if getenv("ALIBABA_CLOUD_CREDENTIALS_URI") != "" {
		uri, err := chain.NewURLCredentialsProviderBuilder().Build()
		add(uri, err, true)
	}
	return all
}

// GetProviderName names the provider, as the SDK asks.
func (k *keys) GetProviderName() string { return "goscan" }

// GetCredentials returns valid credentials; temporary ones are refreshed by their step. A step may use the network, with
// the SDK's own short timeouts: it knows no context.
func (k *keys) GetCredentials() (*chain.Credentials, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.found != nil {
		return k.from(k.found)
	}
	var failures []error
	for _, s := range k.steps {
		c, err := k.from(s)
		if err == nil {
			k.found = s
			return c, nil
		}
		if s.asked {
			failures = append(failures, err)
		}
	}
	return nil, noKeys(errors.Join(failures...))
}

func (k *keys) from(p chain.CredentialsProvider) (*chain.Credentials, error) {
	c, err := p.GetCredentials()
	if err != nil {
		return nil, noKeys(err)
	}
	k.veil.Add(c.AccessKeyId, c.AccessKeySecret, c.SecurityToken)
	return c, nil
}

func noKeys(cause error) error {
	if e, ok := errors.AsType[*providers.Error](cause); ok {
		return e
	}
	text := "no credentials"
	if cause != nil {
		text = fmt.Sprintf("no credentials: %v", cause)
	}
	return &providers.Error{
		Kind:    providers.Denied,
		Message: text,
		Hint:    "set access_key_id and access_key_secret, or ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET",
	}
}

// pair is a key pair that is simply there.
type pair struct{ id, secret, token string }

func (p pair) GetProviderName() string { return "static" }

func (p pair) GetCredentials() (*chain.Credentials, error) {
	return &chain.Credentials{AccessKeyId: p.id, AccessKeySecret: p.secret, SecurityToken: p.token, ProviderName: "static"}, nil
}
