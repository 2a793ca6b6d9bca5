package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// A server is the store's connections: pools for statements, a connection of its own for every INSERT of columns.
// Every statement has the time limit of the configuration. Errors say what was being done and are explained.
type server struct {
	cfg     Config
	hosts   *hosts
	room    *room
	pools   []driver.Conn   // by the host that work begins with
	http    *http.Transport // nil with the native protocol
	refused error           // why the pools could not be made
}

var errNoHost = errors.New("clickhouse: no host is named")

func newServer(cfg Config) *server {
	cfg.Limits = cfg.Limits.withDefaults()
	s := &server{cfg: cfg, hosts: newHosts(cfg), room: newRoom()}
	if len(cfg.Hosts) == 0 {
		s.refused = errNoHost
		return s
	}
	if cfg.Protocol == HTTP {
		s.http = cfg.transport()
	}
	for first := range s.hosts.beginnings() {
		pool, err := clickhouse.Open(s.poolOptions(first))
		if err != nil {
			s.refused = errors.Join(err, s.close())
			return s
		}
		s.pools = append(s.pools, pool)
	}
	return s
}

func (s *server) close() error {
	var failed []error
	for _, pool := range s.pools {
		failed = append(failed, pool.Close())
	}
	s.pools = nil
	if s.http != nil {
		s.http.CloseIdleConnections()
	}
	return errors.Join(failed...)
}

// pool returns the pool for a statement.
func (s *server) pool(ctx context.Context) driver.Conn { return s.pools[s.hosts.first(ctx)] }

// bounded returns ctx with the time limit of a statement and what clickhouse-go is to know of it.
func (s *server) bounded(ctx context.Context, options ...clickhouse.QueryOption) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Limits.Statement)
	return clickhouse.Context(ctx, options...), cancel
}

// exec runs a statement without rows.
func (s *server) exec(ctx context.Context, doing, statement string) error {
	if s.refused != nil {
		return s.refused
	}
	limited, cancel := s.bounded(ctx, clickhouse.WithSettings(s.cfg.execSettings()))
	defer cancel()
	return s.cfg.explain(ctx, doing, s.pool(ctx).Exec(limited, statement))
}

// queryRow scans the only row of a statement.
func (s *server) queryRow(ctx context.Context, doing, statement string, into ...any) error {
	if s.refused != nil {
		return s.refused
	}
	limited, cancel := s.bounded(ctx, clickhouse.WithSettings(s.cfg.querySettings()))
	defer cancel()
	return s.cfg.explain(ctx, doing, s.pool(ctx).QueryRow(limited, statement).Scan(into...))
}

// query calls row for every row of a statement.
func (s *server) query(ctx context.Context, doing, statement string, row func(driver.Rows) error, options ...clickhouse.QueryOption) error {
	if s.refused != nil {
		return s.refused
	}
	limited, cancel := s.bounded(ctx, append(options, clickhouse.WithSettings(s.cfg.querySettings()))...)
	defer cancel()
	rows, err := s.pool(ctx).Query(limited, statement)
	if err != nil {
		return s.cfg.explain(ctx, doing, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return fmt.Errorf("clickhouse: %s: %w", doing, err)
		}
	}
	return s.cfg.explain(ctx, doing, rows.Err())
}
