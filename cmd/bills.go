package cmd

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"goscan/cmd/config"
	"goscan/store"
	"goscan/store/clickhouse"
	"goscan/store/sqlite"
	"goscan/sync"
)

// bills is a store of bills: ClickHouse or the embedded ledger.
type bills interface {
	sync.Sink
	sync.Books
	store.Pruner
	store.LineReader
	store.Adopter
	Close() error
}

// opened is the store that the configuration names.
type opened struct {
	bills
	is    string                      // the store in words
	id    string                      // that it got when it was created: marks are kept by it
	clean func(context.Context) error // removes the lines of loads that nobody reads any more
}

// openBills opens the store that the configuration names for a run.
func (a *app) openBills(ctx context.Context, cfg *config.Config, run store.Run) (opened, error) {
	if cfg.ClickHouse != nil {
		return openClickHouse(ctx, cfg.ClickHouse, run)
	}
	return openLedger(ctx, cfg, run)
}

// readBills opens the store that the configuration names for a command that only reads. It creates no ledger: one that is not
// there has no bills.
func (a *app) readBills(ctx context.Context, cfg *config.Config) (opened, error) {
	if file := ledgerFile(cfg); cfg.ClickHouse == nil && missing(file) {
		file, err := filepath.Abs(file)
		return opened{bills: nothing{}, is: ledgerAt + file}, err
	}
	return a.openBills(ctx, cfg, store.Run{Now: a.now, State: stateOf(cfg)})
}

// ledgerAt goes before a ledger's path.
const ledgerAt = "ledger "

func openLedger(ctx context.Context, cfg *config.Config, run store.Run) (opened, error) {
	ledger, err := sqlite.OpenLedger(ctx, cfg.State, run)
	if err != nil {
		return opened{}, err
	}
	return opened{ledger, ledgerAt + ledger.File(), ledger.ID(), func(ctx context.Context) error {
		_, err := ledger.Clean(ctx)
		return err
	}}, nil
}

func openClickHouse(ctx context.Context, c *config.ClickHouse, run store.Run) (opened, error) {
	cfg, err := clickHouseConfig(c)
	if err != nil {
		return opened{}, err
	}
	s := clickhouse.Open(cfg, run)
	id := ""
	if err = s.Check(ctx); err == nil {
		id, err = s.ID(ctx)
	}
	if errors.Is(err, store.ErrSchema) {
		err = withHint{err, "run: goscan schema migrate"}
	}
	if errors.Is(err, clickhouse.ErrHosts) {
		err = usageError{err}
	}
	if err != nil {
		return opened{}, errors.Join(err, s.Close())
	}
	is := fmt.Sprintf("ClickHouse %s:%d, database %s", strings.Join(c.Hosts, ","), c.Port, c.Database)
	if c.Cluster != "" {
		is += ", cluster " + c.Cluster
	}
	return opened{s, is, id, func(ctx context.Context) error {
		_, err := s.Clean(ctx)
		return err
	}}, nil
}

func clickHouseConfig(c *config.ClickHouse) (clickhouse.Config, error) {
	cfg := clickhouse.Config{
		Hosts: c.Hosts, Port: c.Port, Username: c.Username, Password: c.Password, Database: c.Database,
		Protocol:    clickhouse.Protocol(c.Protocol),
		Balance:     clickhouse.Balance(c.Balance),
		Compression: clickhouse.Compression(c.Compression),
		Cluster:     clickhouse.Cluster{Name: c.Cluster, Path: c.KeeperPath},
		Limits:      clickhouse.Limits{Dial: c.DialTimeout, Statement: c.QueryTimeout},
	}
	if !c.Secure {
		return cfg, nil
	}
	var err error
	cfg.TLS, err = clickHouseTLS(c)
	return cfg, err
}

// clickHouseTLS reads the certificates that the section clickhouse names.
func clickHouseTLS(c *config.ClickHouse) (*tls.Config, error) {
	secure := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.ServerName}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, usageError{fmt.Errorf("clickhouse.ca_file: %w", err)}
		}
		if secure.RootCAs = x509.NewCertPool(); !secure.RootCAs.AppendCertsFromPEM(pem) {
			return nil, usageError{fmt.Errorf("clickhouse.ca_file: %s holds no PEM certificate", c.CAFile)}
		}
	}
	if c.CertFile != "" {
		own, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, usageError{fmt.Errorf("clickhouse.cert_file: %w", err)}
		}
		secure.Certificates = []tls.Certificate{own}
	}
	return secure, nil
}
