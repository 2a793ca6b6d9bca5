package cmd_test

import (
	"regexp"
	"testing"

	"goscan/cmd"
)

// TestNoFlagTakesASecret: other users of a machine see the arguments of a process, and shells keep them.
func TestNoFlagTakesASecret(t *testing.T) {
	secret := regexp.MustCompile(`secret|passw|token|credential|(^|-)(key|keys|url|dsn|webhook|pushgateway|heartbeat)($|-)`)
	for _, name := range []string{"secret-key", "key", "password-file", "webhook-url", "pushgateway"} {
		if !secret.MatchString(name) {
			t.Errorf("a flag --%s would be overlooked", name)
		}
	}
	all := cmd.Commands()
	if len(all) < 20 || all["sync"] == nil || all["notify test"] == nil {
		t.Fatalf("the commands are not all here: %v", all)
	}
	for command, flags := range all {
		for _, name := range flags {
			if secret.MatchString(name) {
				t.Errorf("goscan %s has the flag --%s", command, name)
			}
		}
	}
}
