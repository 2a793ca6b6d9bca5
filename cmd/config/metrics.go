package config

import (
	"cmp"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"goscan/providers"
)

// Metrics says where what became of runs is written for Prometheus.
type Metrics struct {
	File        string            `yaml:"file"`        // for node_exporter's textfile collector; empty: none
	Pushgateway string            `yaml:"pushgateway"` // http[s]://host[:port][/path]; empty: none
	Username    string            `yaml:"username"`    // of the gateway; empty: it asks for none
	Password    providers.Secret  `yaml:"password"`
	Job         string            `yaml:"job"`              // the group of metrics in the gateway; goscan
	Labels      map[string]string `yaml:"labels,omitempty"` // of all metrics
}

// reserved are the labels that metrics have of their own: package metrics gives them, and Prometheus job.
func reserved() []string {
	return []string{"account", "command", "currency", "go_version", "job", "month", "provider", "version"}
}

// complete checks the section metrics.
func (m *Metrics) complete(d *decoder, n *node) {
	m.File = d.place(n, "file", m.File)
	if problem := gatewayProblem(m.Pushgateway); problem != "" {
		d.refuse(n.reach("pushgateway"), problem)
	}
	for _, k := range []struct {
		key, value string
		needs      string
		has        bool
	}{
		{"username", m.Username, "pushgateway", m.Pushgateway != ""},
		{"job", m.Job, "pushgateway", m.Pushgateway != ""},
		{"password", m.Password.Reveal(), "username", m.Username != ""},
	} {
		if k.value != "" && !k.has && !d.excused[join(n.path, k.needs)] {
			d.refuse(n.reach(k.key), "is of no use without "+k.needs)
		}
	}
	for _, label := range slices.Sorted(maps.Keys(m.Labels)) {
		at := n.reach("labels").reach(label)
		switch {
		case !labelName.MatchString(label) || strings.HasPrefix(label, "__"):
			d.refuse(at, "is no label of Prometheus: letters, digits and _")
		case slices.Contains(reserved(), label):
			d.refuse(at, "is a label that the metrics have already")
		}
	}
	if m.Pushgateway != "" {
		m.Job = cmp.Or(m.Job, "goscan")
	}
}

var labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// gatewayProblem says why a text is no address of a Pushgateway. It does not repeat it: it may hold a password.
func gatewayProblem(address string) string {
	if address == "" {
		return ""
	}
	u, problem := webAddress(address)
	switch {
	case problem != "":
		return problem
	case u.User != nil:
		return "must be without user and password: username and password are keys of their own"
	case u.RawQuery != "" || u.Fragment != "":
		return "must be without ? and #"
	}
	return ""
}

func webAddress(text string) (*url.URL, string) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
		return nil, "must be an address: https://host/path"
	}
	return u, ""
}

// checkHeartbeat checks the address that is pinged, and remembers what is secret in it: whoever knows it can speak for the run.
func (c *Config) checkHeartbeat(d *decoder, n *node) {
	if c.HeartbeatURL == "" || d.excused[n.path] {
		return
	}
	u, problem := webAddress(c.HeartbeatURL.Reveal())
	if problem != "" {
		d.refuse(n, problem)
		return
	}
	for step := range strings.SplitSeq(u.Path, "/") {
		if len(step) >= shortestStep && strings.ContainsAny(step, "0123456789") {
			d.keep(step)
		}
	}
}

// shortestStep is how long a part of a path must be to be a key: shorter ones are words.
const shortestStep = 8
