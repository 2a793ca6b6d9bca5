package volcengine_test

import (
	"testing"

	"goscan/providers"
	"goscan/providers/providertest"
	"goscan/providers/simulator"
	"goscan/providers/volcengine"
)

func TestConformance(t *testing.T) {
	providertest.Run(t, "volcengine", volcengine.Cloud(), func(endpoint string) providers.Settings {
		return &volcengine.Settings{
			Common:    providers.Common{Endpoint: endpoint},
			AccessKey: simulator.AccessKey,
			SecretKey: simulator.SecretKey,
		}
	})
}
