package clickhouse_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/clickhouse/chtest"
)

func TestSeveralHostsMustServeOneStore(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	other := chtest.Start(t)
	otherCfg := config(other)
	otherCfg.Database = cfg.Database
	// A second address at the first one's port.
	second := newRelay(t, fmt.Sprintf("127.0.0.2:%d", server.Port), other.Addr(), nil)
	cfg.Hosts = []string{"127.0.0.9", server.Host, "127.0.0.2"} // the first does not answer

	check := func() error { return open(t, cfg, time.Now).Check(t.Context()) }
	if err := check(); !errors.Is(err, clickhouse.ErrHosts) || !strings.Contains(err.Error(), "127.0.0.2 has no schema of goscan") {
		t.Errorf("a host without a schema: %v", err)
	}
	if _, err := clickhouse.Migrate(t.Context(), otherCfg, "test"); err != nil {
		t.Fatal(err)
	}
	if err := check(); !errors.Is(err, clickhouse.ErrHosts) || errors.Is(err, store.ErrSchema) || strings.Contains(err.Error(), "\n") {
		t.Errorf("two stores: %v", err)
	}
	if history, err := clickhouse.SchemaStatus(t.Context(), cfg); !errors.Is(err, clickhouse.ErrHosts) || len(history) == 0 {
		t.Errorf("status of two stores: %+v, %v", history, err)
	}

	second.close()
	if err := check(); err != nil {
		t.Errorf("with the other store away: %v", err)
	}
	newRelay(t, fmt.Sprintf("127.0.0.2:%d", server.Port), server.Addr(), nil)
	if err := check(); err != nil {
		t.Errorf("two addresses of one store: %v", err)
	}
}
