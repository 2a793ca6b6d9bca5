package alicloud_test

import (
	"testing"

	"goscan/providers"
	"goscan/providers/alicloud"
	"goscan/providers/providertest"
	"goscan/providers/simulator"
)

func TestConformance(t *testing.T) {
	providertest.Run(t, "alicloud", alicloud.Cloud(), func(endpoint string) providers.Settings {
		return &alicloud.Settings{
			Common:          providers.Common{Endpoint: endpoint},
			AccessKeyID:     simulator.AccessKey,
			AccessKeySecret: simulator.SecretKey,
		}
	})
}
