// Package all lists the channels that ship with Goscan.
package all

import (
	"goscan/notify"
	"goscan/notify/dingtalk"
	"goscan/notify/feishu"
	"goscan/notify/wecom"
)

// Registry returns the channels by the type that the configuration names.
func Registry() notify.Registry {
	return notify.Registry{
		"dingtalk": dingtalk.New,
		"feishu":   feishu.New,
		"wecom":    wecom.New,
	}
}
