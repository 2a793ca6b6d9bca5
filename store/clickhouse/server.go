package clickhouse

import (
	"context"
	"errors"
	"fmt"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// A server is the store's connections: a pool for statements, a connection of its own for every INSERT of columns.
// Every statement has the time limit of the configuration. Errors say what was being done and are explained.
type server struct {
	cfg     Config
	pool    driver.Conn
	refused error // why the pool could not be made
}

var errNoHost = errors.New("clickhouse: no host is named")

func newServer(cfg Config) *server {
	cfg.Limits = cfg.Limits.withDefaults()
	if len(cfg.Hosts) == 0 {
		return &server{cfg: cfg, refused: errNoHost}
	}
	pool, err := clickhouse.Open(cfg.pool())
	return &server{cfg: cfg, pool: pool, refused: err}
}

func (s *server) close() error {
	if s.refused != nil {
		return nil
	}
	return s.pool.Close()
}

// bounded returns ctx with the time limit of a statement and what clickhouse-go is to know of it.
func (s *server) bounded(ctx context.Context, options ...clickhouse.QueryOption) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Limits.Statement)
	return clickhouse.Context(ctx, options...), cancel
}

// exec runs a statement without rows. An INSERT takes part in no other's batch, and a DELETE waits for no merge.
func (s *server) exec(ctx context.Context, doing, statement string) error {
	if s.refused != nil {
		return s.refused
	}
	limited, cancel := s.bounded(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"async_insert":             0,
		"lightweight_deletes_sync": 0,
	}))
	defer cancel()
	return s.cfg.explain(ctx, doing, s.pool.Exec(limited, statement))
}

// queryRow scans the only row of a statement.
func (s *server) queryRow(ctx context.Context, doing, statement string, into ...any) error {
	if s.refused != nil {
		return s.refused
	}
	limited, cancel := s.bounded(ctx)
	defer cancel()
	return s.cfg.explain(ctx, doing, s.pool.QueryRow(limited, statement).Scan(into...))
}

// query calls row for every row of a statement.
func (s *server) query(ctx context.Context, doing, statement string, row func(driver.Rows) error, options ...clickhouse.QueryOption) error {
	if s.refused != nil {
		return s.refused
	}
	limited, cancel := s.bounded(ctx, options...)
	defer cancel()
	rows, err := s.pool.Query(limited, statement)
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

// insert sends the columns as one block, which the server stores whole or not at all. ch-go looks at its context only
// between two packets: closing the connection is what ends it at once.
func (s *server) insert(ctx context.Context, doing, table string, columns proto.Input) error {
	if s.refused != nil {
		return s.refused
	}
	limited, cancel := context.WithTimeout(ctx, s.cfg.Limits.Statement)
	defer cancel()
	client, err := s.cfg.dial(limited)
	if err != nil {
		return s.cfg.explain(ctx, doing, err)
	}
	defer client.Close()
	defer context.AfterFunc(limited, func() { client.Close() })()
	err = client.Do(limited, ch.Query{
		Body:     "INSERT INTO " + qualified(s.cfg.Database, table) + " " + columns.Columns() + " VALUES",
		Input:    columns,
		Settings: []ch.Setting{ch.SettingInt("async_insert", 0)},
	})
	if err != nil && ended(limited) != nil {
		err = ended(limited)
	}
	return s.cfg.explain(ctx, doing, err)
}
