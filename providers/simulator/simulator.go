// Package simulator runs clouds that do not exist: loopback HTTP servers that speak the billing APIs of Volcengine and
// Alibaba Cloud as their documents describe them. `goscan demo`, tests and benchmarks read bills from them through the
// real provider clients.
//
// A Cloud is one account of one kind of cloud. Its bills are rows per day, from which the pages on the wire, the cloud's
// own overview and the truth (Truth, Overview) all derive. Without further orders a Cloud makes up plausible bills, the
// same ones for the same seed; SetDay and SetUndated replace them, at any time, as a restatement does. Inject breaks
// answers on purpose. Served tells what was asked.
//
// What is simulated: ListBillDetail (day and month totals) and ListBillOverviewByProd; DescribeInstanceBill (daily and
// monthly) and QueryBillOverview. A parameter that the simulator does not know is refused, not ignored. Signatures are
// checked for their shape and their access key only.
package simulator

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"goscan/providers"
)

// The kinds of clouds, as the registry of providers names them.
const (
	Volcengine = "volcengine"
	Alicloud   = "alicloud"
)

// The credentials that a Cloud accepts unless Options says otherwise.
const (
	AccessKey = "AKSIMULATEDCLOUD0001"
	SecretKey = "c2ltdWxhdGVkLXNlY3JldC1rZXk="
)

// Options say what a cloud is like. The zero value of each field is usable.
type Options struct {
	Seed        uint64           // equal seeds make equal bills
	Now         func() time.Time // the cloud's clock; time.Now by default
	AccessKey   string           // the only access key that is let in; AccessKey by default
	AccountID   string           // who pays
	AccountName string
	Currency    string        // of made-up bills; CNY by default
	Empty       bool          // no bills are made up: a day is empty until SetDay
	First       providers.Day // made-up bills begin here; by default they have no beginning
	IssuedAfter time.Duration // how long after its end a day appears; until then it is empty
	Rate        float64       // requests in any second; more are refused with the cloud's throttling code; 0 means no limit
	Latency     time.Duration // from a request to its answer

	WrongSite     bool // Alibaba Cloud: every call answers NotApplicable, as on the site that the account is not of
	TrailingToken bool // Alibaba Cloud: the last page of rows carries a token too, and so do the empty ones behind it
}

// A Cloud is one simulated account behind a server on a loopback address. Its methods may be called from several
// goroutines, also while requests are served.
type Cloud struct {
	options Options
	wire    dialect
	fleet   []resource
	spike   providers.Day

	server   *http.Server
	url      string
	closing  chan struct{} // closed by Close: stalled answers end
	once     sync.Once
	accepted chan struct{} // closed when the server accepts no more
	conns    sync.WaitGroup

	mu      sync.Mutex
	set     map[providers.Day]*sheet
	made    map[providers.Day]*sheet // a cache, emptied when it grows too large
	undated map[providers.Month]*sheet
	faults  []*fault
	served  []Request
	nth     map[string]int
	busy    int
	busiest int
	pace    pacer
}

// Start starts a cloud of a kind, Volcengine or Alicloud. The caller must Close it.
func Start(kind string, o Options) (*Cloud, error) {
	c := &Cloud{
		options:  o.withDefaults(kind),
		closing:  make(chan struct{}),
		accepted: make(chan struct{}),
		set:      map[providers.Day]*sheet{},
		made:     map[providers.Day]*sheet{},
		undated:  map[providers.Month]*sheet{},
		nth:      map[string]int{},
	}
	switch kind {
	case Volcengine:
		c.wire = volcengine{&c.options}
		c.fleet = newFleet(c.options.Seed, volcengineMeters(), volcenginePlaces())
	case Alicloud:
		c.wire = alicloud{&c.options}
		c.fleet = newFleet(c.options.Seed+1, alicloudMeters(), alicloudPlaces())
	default:
		return nil, fmt.Errorf("%q is not a kind of cloud that can be simulated", kind)
	}
	c.spike = providers.DayOf(c.options.Now()) - 2
	c.pace = pacer{allowed: o.Rate}
	return c, c.listen()
}

func (o Options) withDefaults(kind string) Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	for _, d := range []struct {
		field *string
		value string
	}{
		{&o.AccessKey, AccessKey},
		{&o.Currency, "CNY"},
		{&o.AccountID, map[string]string{Volcengine: "2100153894", Alicloud: "1857660012345678"}[kind]},
		{&o.AccountName, map[string]string{Volcengine: "星河科技", Alicloud: "galaxy@example.com"}[kind]},
	} {
		if *d.field == "" {
			*d.field = d.value
		}
	}
	return o
}

func (c *Cloud) listen() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	c.url = "http://" + l.Addr().String()
	c.server = &http.Server{
		Handler:           http.HandlerFunc(c.serve),
		ConnState:         c.countConns,
		ReadHeaderTimeout: time.Minute,
	}
	go func() {
		defer close(c.accepted)
		_ = c.server.Serve(l) // ends with http.ErrServerClosed
	}()
	return nil
}

func (c *Cloud) countConns(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		c.conns.Add(1)
	case http.StateClosed, http.StateHijacked:
		c.conns.Done()
	}
}

// URL returns the scheme, host and port of the server: what `endpoint:` takes.
func (c *Cloud) URL() string { return c.url }

// Close ends every answer under way, closes every connection and waits for the goroutines that served them. It may be
// called again.
func (c *Cloud) Close() {
	c.once.Do(func() { close(c.closing) })
	_ = c.server.Close()
	<-c.accepted
	c.conns.Wait()
}
