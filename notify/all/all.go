// Package all lists the channels that ship with Goscan.
package all

import (
	"goscan/notify"
	"goscan/notify/dingtalk"
	"goscan/notify/email"
	"goscan/notify/feishu"
	"goscan/notify/slack"
	"goscan/notify/webhook"
	"goscan/notify/wecom"
)

// Registry returns the channels by the type that the configuration names.
func Registry() notify.Registry {
	return notify.Registry{
		"dingtalk": dingtalk.New,
		"email":    email.New,
		"feishu":   feishu.New,
		"slack":    slack.New,
		"webhook":  webhook.New,
		"wecom":    wecom.New,
	}
}
