package clickhouse

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/clickhouse-go/v2"
)

// Connections name no database: it may not be there yet, so every statement names it.
const noDatabase = ""

const (
	// glance is how often ch-go looks up from waiting for the server, to see whether its own sending side has failed.
	glance = time.Second

	clientName    = "goscan"
	openAtOnce    = 64 // connections of a pool; every day that is stored at once needs one for a moment
	idleInPool    = 8
	connectionAge = 10 * time.Minute

	// idleHTTP is less than the 10 s after which a server closes an idle connection: a POST that meets the closing fails.
	idleHTTP = 5 * time.Second
)

// poolOptions returns the options of clickhouse-go for work that begins with one of the hosts. Its own failover gives all hosts
// one timeout together; here each has its own, so that a host that swallows packets does not hide the next.
func (s *server) poolOptions(first int) *clickhouse.Options {
	c := s.cfg
	options := &clickhouse.Options{
		Addr:            s.hosts.addresses,
		Auth:            clickhouse.Auth{Database: noDatabase, Username: c.Username, Password: c.Password.Reveal()},
		Compression:     c.Compression.forRows(),
		DialTimeout:     c.Limits.Dial * time.Duration(max(len(c.Hosts), 1)),
		ReadTimeout:     c.Limits.Statement,
		MaxOpenConns:    openAtOnce,
		MaxIdleConns:    idleInPool,
		ConnMaxLifetime: connectionAge,
	}
	options.ClientInfo.Products = append(options.ClientInfo.Products, struct{ Name, Version string }{clientName, ""})
	connect := c.handshake
	if c.Protocol == HTTP {
		options.Protocol, options.TLS = clickhouse.HTTP, c.TLS
		options.TransportFunc = func(*http.Transport) (http.RoundTripper, error) { return s.http, nil }
		options.HttpHeaders = c.certificateHeaders()
		connect = c.greetHTTP
	}
	options.DialStrategy = func(ctx context.Context, _ int, all *clickhouse.Options, dial clickhouse.Dial) (clickhouse.DialResult, error) {
		return reach(ctx, s.hosts, first, func(address string) (clickhouse.DialResult, error) {
			one := *all
			one.DialTimeout = c.Limits.Dial
			return connect(ctx, address, &one, dial)
		})
	}
	return options
}

// handshake makes clickhouse-go's handshake of the native protocol, which does not look at its context, end with it: the
// connection is closed under it.
func (c Config) handshake(ctx context.Context, address string, options *clickhouse.Options, dial clickhouse.Dial) (clickhouse.DialResult, error) {
	var disarm func() bool
	options.DialContext = func(_ context.Context, address string) (net.Conn, error) {
		conn, err := c.dialTCP(ctx, address)
		if err == nil {
			disarm = context.AfterFunc(ctx, func() { conn.Close() })
		}
		return conn, err
	}
	result, err := dial(ctx, address, options)
	if disarm != nil {
		disarm()
	}
	return result, err
}

// greetHTTP gives the first question that clickhouse-go asks over HTTP the time limit of a dial.
func (c Config) greetHTTP(ctx context.Context, address string, options *clickhouse.Options, dial clickhouse.Dial) (clickhouse.DialResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Limits.Dial)
	defer cancel()
	return dial(ctx, address, options)
}

func (c Config) dialTCP(ctx context.Context, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: c.Limits.Dial}
	if c.TLS == nil {
		return dialer.DialContext(ctx, "tcp", address)
	}
	return (&tls.Dialer{NetDialer: dialer, Config: c.TLS}).DialContext(ctx, "tcp", address)
}

// transport returns the connections over HTTP that statements and INSERTs share.
func (c Config) transport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: c.Limits.Dial}).DialContext,
		TLSClientConfig:       c.TLS,
		TLSHandshakeTimeout:   c.Limits.Dial,
		ResponseHeaderTimeout: c.Limits.Statement,
		MaxIdleConnsPerHost:   idleInPool,
		IdleConnTimeout:       idleHTTP,
		DisableCompression:    true, // blocks are compressed already
	}
}

// connectNative makes a connection of ch-go to one host.
func (c Config) connectNative(ctx context.Context, address string) (*ch.Client, error) {
	conn, err := c.dialTCP(ctx, address)
	if err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	client, err := ch.Connect(ctx, conn, ch.Options{
		Database:         noDatabase,
		User:             c.Username,
		Password:         c.Password.Reveal(),
		Compression:      c.Compression.forColumns(),
		ClientName:       clientName,
		HandshakeTimeout: c.Limits.Dial,
		ReadTimeout:      glance,
	})
	if err != nil {
		conn.Close()
		return nil, err
	}
	return client, nil
}
