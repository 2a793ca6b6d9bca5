package wire

import (
	"net"
	"net/url"
	"strings"

	"goscan/notify"
)

// CheckURL reports what is wrong with a webhook's URL, nil if nothing: https, or http to this machine. It never shows it.
func CheckURL(key string, s notify.Secret) error {
	if s == "" {
		return &notify.KeyError{Key: key, Problem: "is missing", Hint: "copy it from the robot's settings, and keep it out of the file: ${VARIABLE} or " + key + "_file"}
	}
	u, err := url.Parse(s.Reveal())
	if err != nil || u.Hostname() == "" || strings.TrimSpace(s.Reveal()) != s.Reveal() {
		return &notify.KeyError{Key: key, Problem: "is no URL", Hint: "write it whole: https://host/path"}
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		return &notify.KeyError{Key: key, Problem: "is not https", Hint: "the key in it would be readable on the way"}
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
