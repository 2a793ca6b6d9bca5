package clickhouse

import (
	"context"
	"crypto/tls"
	"net"
	"strconv"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/clickhouse-go/v2"

	"goscan/providers"
)

// Config says where the store is.
type Config struct {
	Hosts    []string // tried in order: the first that answers is used
	Port     int      // of the native protocol
	Username string
	Password providers.Secret
	Database string
	TLS      *tls.Config // nil: not encrypted
	Limits   Limits
}

// Limits bound what the store does at once and how long it waits. A zero value means the default.
type Limits struct {
	BlockLines int           // lines of one INSERT; default 100,000
	BlockAge   time.Duration // how long a line waits for its INSERT while more come; default 10 s
	Dial       time.Duration // one attempt to reach one host; default 5 s
	Statement  time.Duration // one statement, from sending it to its last row; default 2 min

	// Superseded is how long Clean leaves the lines of a load alone after another took its place; default 1 h.
	Superseded time.Duration
	// Abandoned is how long Clean leaves a load alone that was never committed; default 24 h. No run takes longer to
	// store a day.
	Abandoned time.Duration
}

func (l Limits) withDefaults() Limits {
	setDefault(&l.BlockLines, 100_000)
	setDefault(&l.BlockAge, 10*time.Second)
	setDefault(&l.Dial, 5*time.Second)
	setDefault(&l.Statement, 2*time.Minute)
	setDefault(&l.Superseded, time.Hour)
	setDefault(&l.Abandoned, 24*time.Hour)
	return l
}

func setDefault[T int | time.Duration](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

// Connections name no database: it may not be there yet, so every statement names it.
const noDatabase = ""

const (
	// glance is how often ch-go looks up from waiting for the server, to see whether its own sending side has failed.
	glance = time.Second

	clientName    = "goscan"
	openAtOnce    = 64 // connections of the pool; every day that is stored at once needs one for a moment
	idleInPool    = 8
	connectionAge = 10 * time.Minute
)

func (c Config) addresses() []string {
	addresses := make([]string, len(c.Hosts))
	for i, host := range c.Hosts {
		addresses[i] = net.JoinHostPort(host, strconv.Itoa(c.Port))
	}
	return addresses
}

// pool returns the options of clickhouse-go. Its own failover gives all hosts one timeout together; here each has its
// own, so that a host that swallows packets does not hide the next.
func (c Config) pool() *clickhouse.Options {
	options := &clickhouse.Options{
		Addr:            c.addresses(),
		Auth:            clickhouse.Auth{Database: noDatabase, Username: c.Username, Password: c.Password.Reveal()},
		Compression:     &clickhouse.Compression{Method: clickhouse.CompressionLZ4},
		DialTimeout:     c.Limits.Dial * time.Duration(max(len(c.Hosts), 1)),
		ReadTimeout:     c.Limits.Statement,
		MaxOpenConns:    openAtOnce,
		MaxIdleConns:    idleInPool,
		ConnMaxLifetime: connectionAge,
	}
	options.ClientInfo.Products = append(options.ClientInfo.Products, struct{ Name, Version string }{clientName, ""})
	options.DialStrategy = func(ctx context.Context, _ int, all *clickhouse.Options, dial clickhouse.Dial) (result clickhouse.DialResult, err error) {
		for _, address := range all.Addr {
			one := *all
			one.DialTimeout = c.Limits.Dial
			release := c.interruptible(ctx, &one)
			result, err = dial(ctx, address, &one)
			release()
			if err == nil || ctx.Err() != nil {
				return result, err
			}
		}
		return result, err
	}
	return options
}

// interruptible makes clickhouse-go's handshake, which does not look at its context, end with it: the connection is
// closed under it. release is called when the handshake is over.
func (c Config) interruptible(ctx context.Context, options *clickhouse.Options) (release func()) {
	var disarm func() bool
	options.DialContext = func(_ context.Context, address string) (net.Conn, error) {
		conn, err := c.dialTCP(ctx, address)
		if err == nil {
			disarm = context.AfterFunc(ctx, func() { conn.Close() })
		}
		return conn, err
	}
	return func() {
		if disarm != nil {
			disarm()
		}
	}
}

func (c Config) dialTCP(ctx context.Context, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: c.Limits.Dial}
	if c.TLS == nil {
		return dialer.DialContext(ctx, "tcp", address)
	}
	return (&tls.Dialer{NetDialer: dialer, Config: c.TLS}).DialContext(ctx, "tcp", address)
}

// dial connects ch-go to the first host that answers.
func (c Config) dial(ctx context.Context) (client *ch.Client, err error) {
	for _, address := range c.addresses() {
		client, err = c.connect(ctx, address)
		if err == nil || ctx.Err() != nil {
			return client, err
		}
	}
	return nil, err
}

func (c Config) connect(ctx context.Context, address string) (*ch.Client, error) {
	conn, err := c.dialTCP(ctx, address)
	if err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	client, err := ch.Connect(ctx, conn, ch.Options{
		Database:         noDatabase,
		User:             c.Username,
		Password:         c.Password.Reveal(),
		Compression:      ch.CompressionLZ4,
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
