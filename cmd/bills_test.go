package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goscan/cmd/config"
	"goscan/store/clickhouse"
)

func TestClickHouseConfigSaysWhatTheFileSays(t *testing.T) {
	got, err := clickHouseConfig(&config.ClickHouse{
		Hosts: []string{"a", "b"}, Port: 8443, Protocol: "http", Balance: "round_robin", Compression: "zstd", Secure: true,
		ServerName: "bills.example", DialTimeout: time.Second, QueryTimeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Protocol != clickhouse.HTTP || got.Balance != clickhouse.RoundRobin || got.Compression != clickhouse.ZSTD || got.Port != 8443 ||
		got.TLS == nil || got.TLS.ServerName != "bills.example" || got.Limits.Dial != time.Second || got.Limits.Statement != time.Minute {
		t.Errorf("got %+v", got)
	}
}

func TestCertificatesThatCannotBeReadAreWrongUse(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for key, c := range map[string]config.ClickHouse{
		"ca_file: open":     {CAFile: empty + ".gone"},
		"ca_file: " + empty: {CAFile: empty},
		"cert_file: ":       {CertFile: empty, KeyFile: empty},
	} {
		c.Secure = true
		_, err := clickHouseConfig(&c)
		if _, wrong := errors.AsType[usageError](err); !wrong || !strings.HasPrefix(err.Error(), "clickhouse."+key) {
			t.Errorf("%s: %v", key, err)
		}
	}
}
