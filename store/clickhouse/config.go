package clickhouse

import (
	"crypto/tls"
	"net"
	"strconv"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/compress"
	"github.com/ClickHouse/clickhouse-go/v2"

	"goscan/providers"
)

// Config says where the store is.
type Config struct {
	Hosts       []string // replicas of one server
	Port        int      // of the Protocol, the same on every host
	Protocol    Protocol
	Balance     Balance
	Compression Compression
	Username    string
	Password    providers.Secret
	Database    string
	Cluster     Cluster     // its zero value: one server
	TLS         *tls.Config // nil: not encrypted
	Limits      Limits
}

// A Protocol is one of the two that ClickHouse speaks; what is stored and read is the same in both. Empty means Native.
type Protocol string

// The protocols.
const (
	Native Protocol = "native"
	HTTP   Protocol = "http" // what managed services and proxies offer
)

// A Balance says which of several hosts is asked first. A host that did not answer is asked last for a while, whatever
// the balance. Empty means InOrder.
type Balance string

// The balances.
const (
	InOrder    Balance = "in_order"    // the first that answers
	RoundRobin Balance = "round_robin" // each in turn: one for all statements that store a day, the next for the next day
)

// A Compression is how columns travel to the server and rows back. Empty means LZ4.
type Compression string

// The compressions.
const (
	LZ4           Compression = "lz4"
	ZSTD          Compression = "zstd" // half the bytes of LZ4 for half as much work again: for slow lines
	NoCompression Compression = "none" // for a server on the same machine
)

// Limits bound what the store does at once and how long it waits. A zero value means the default.
type Limits struct {
	BlockLines int           // lines of one INSERT; default 10,000
	Dial       time.Duration // one attempt to reach one host; default 5 s
	Statement  time.Duration // one statement, from sending it to its last row; default 2 min

	// Superseded is how long Clean leaves the lines of a load alone after another took its place; default 1 h.
	Superseded time.Duration
	// Abandoned is how long Clean leaves a load alone that was never committed; default 24 h. No run takes longer to
	// store a day.
	Abandoned time.Duration
}

func (l Limits) withDefaults() Limits {
	setDefault(&l.BlockLines, 10_000)
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

func (c Config) addresses() []string {
	addresses := make([]string, len(c.Hosts))
	for i, host := range c.Hosts {
		addresses[i] = net.JoinHostPort(host, strconv.Itoa(c.Port))
	}
	return addresses
}

// forRows is the compression in the words of clickhouse-go.
func (c Compression) forRows() *clickhouse.Compression {
	switch c {
	case ZSTD:
		return &clickhouse.Compression{Method: clickhouse.CompressionZSTD}
	case NoCompression:
		return &clickhouse.Compression{Method: clickhouse.CompressionNone}
	}
	return &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
}

// forColumns is the compression in the words of ch-go.
func (c Compression) forColumns() ch.Compression {
	switch c {
	case ZSTD:
		return ch.CompressionZSTD
	case NoCompression:
		return ch.CompressionDisabled
	}
	return ch.CompressionLZ4
}

// ofBlocks is the method of the frames that both protocols put compressed blocks into.
func (c Compression) ofBlocks() compress.Method {
	if c == ZSTD {
		return compress.ZSTD
	}
	return compress.LZ4
}
