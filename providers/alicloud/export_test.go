package alicloud

import (
	"testing"

	"goscan/providers"
	"goscan/providers/internal/call"
)

// UseSites makes an account whose site is not known ask these two servers instead of the cloud's.
func UseSites(t *testing.T, p providers.Provider, china, international string) {
	t.Helper()
	c := p.(*client)
	for i, url := range []string{china, international} {
		endpoint, err := call.ParseEndpoint(url)
		if err != nil {
			t.Fatal(err)
		}
		if c.sites[i], err = c.open(endpoint); err != nil {
			t.Fatal(err)
		}
	}
}

// Hosts returns the endpoints that settings lead to.
func Hosts(s *Settings) ([]string, error) {
	endpoints, err := endpointsOf(s)
	var hosts []string
	for _, e := range endpoints {
		hosts = append(hosts, e.String())
	}
	return hosts, err
}
