// Package all is the registry of the clouds that Goscan reads: one line for each.
package all

import (
	"goscan/providers"
	"goscan/providers/alicloud"
	"goscan/providers/volcengine"
)

// Registry returns the clouds by the names that `type:` takes.
func Registry() providers.Registry {
	return providers.Registry{
		"alicloud":   alicloud.Cloud(),
		"volcengine": volcengine.Cloud(),
	}
}
