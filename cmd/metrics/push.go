package metrics

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/push"
)

// A Gateway is a Pushgateway and the group of metrics there that is replaced.
type Gateway struct {
	URL      string
	Username string // empty: no authentication
	Password string
	Job      string
	Labels   map[string]string // of the group, besides the job
	Client   *http.Client
}

// Push replaces the metrics of a gateway's group. What fails is tried once more, as long as the context allows it: to replace
// twice does no harm.
func Push(ctx context.Context, to Gateway, g prometheus.Gatherer) error {
	p := push.New(to.URL, to.Job).Client(limited{to.Client}).Gatherer(g)
	for name, value := range to.Labels {
		p = p.Grouping(name, value)
	}
	if to.Username != "" {
		p = p.BasicAuth(to.Username, to.Password)
	}
	err := p.PushContext(ctx)
	if err == nil {
		return nil
	}
	select {
	case <-ctx.Done():
		return plain(err)
	case <-time.After(pause):
	}
	return plain(p.PushContext(ctx))
}

// pause is between two tries.
const pause = 500 * time.Millisecond

// plain leaves the address out of an error: who reads it knows which gateway was meant.
func plain(err error) error {
	if of, ok := errors.AsType[*url.Error](err); ok {
		return of.Err
	}
	return err
}

// limited reads no more of an answer than an error line needs.
type limited struct{ client *http.Client }

const mostAnswer = 300

// Do implements push.HTTPDoer.
func (l limited) Do(r *http.Request) (*http.Response, error) {
	answer, err := l.client.Do(r)
	if err != nil {
		return nil, err
	}
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, mostAnswer), answer.Body}
	return answer, nil
}
