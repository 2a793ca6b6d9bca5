package clickhouse

import (
	"context"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
)

// insert sends the columns as one block, which the server stores whole or not at all.
func (s *server) insert(ctx context.Context, doing, table string, columns proto.Input) error {
	if s.refused != nil {
		return s.refused
	}
	limited, cancel := context.WithTimeout(ctx, s.cfg.Limits.Statement)
	defer cancel()
	into := "INSERT INTO " + qualified(s.cfg.Database, table) + " " + columns.Columns()
	send := s.insertNative
	if s.cfg.Protocol == HTTP {
		send = s.insertHTTP
	}
	err := send(limited, into, columns)
	if err != nil && ended(limited) != nil {
		err = ended(limited)
	}
	return s.cfg.explain(ctx, doing, err)
}

// insertNative has a connection for itself. ch-go looks at its context only between two packets: closing the connection
// is what ends it at once.
func (s *server) insertNative(ctx context.Context, into string, columns proto.Input) error {
	client, err := reach(ctx, s.hosts, s.hosts.first(ctx), func(address string) (*ch.Client, error) {
		return s.cfg.connectNative(ctx, address)
	})
	if err != nil {
		return err
	}
	defer client.Close()
	defer context.AfterFunc(ctx, func() { client.Close() })()
	query := ch.Query{Body: into + " VALUES", Input: columns}
	for name, value := range s.cfg.insertSettings() {
		query.Settings = append(query.Settings, ch.SettingInt(name, value))
	}
	return client.Do(ctx, query)
}
