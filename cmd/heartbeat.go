package cmd

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"goscan/cmd/config"
	"goscan/providers"
)

// A heartbeat pings a monitor when a run begins and when it ends, as healthchecks.io has it: URL/start, then URL or URL/fail. Such
// a monitor alarms when the pings stay away. The methods of a nil heartbeat do nothing.
type heartbeat struct {
	app     *app
	address *url.URL
	begun   chan error // the start's, once it is over
	stop    context.CancelFunc
}

// newHeartbeat returns nil where none is configured.
func (a *app) newHeartbeat(cfg *config.Config) *heartbeat {
	if cfg.HeartbeatURL == "" {
		return nil
	}
	address, err := url.Parse(cfg.HeartbeatURL.Reveal())
	if err != nil { // it was checked with the configuration
		return nil
	}
	return &heartbeat{app: a, address: address}
}

// start pings beside the run, which does not wait for it.
func (h *heartbeat) start(ctx context.Context) {
	if h == nil {
		return
	}
	h.begun = make(chan error, 1)
	ctx, h.stop = context.WithTimeout(ctx, farewell)
	go func() {
		var err error
		defer func() { h.begun <- err }()
		defer providers.Recover(&err)
		err = h.ping(ctx, h.address.JoinPath("start"), "")
	}()
}

// end pings how the run ended. A start that is still under way is given up: it must not arrive after the end.
func (h *heartbeat) end(ctx context.Context, code exitCode, summary string) error {
	if h == nil {
		return nil
	}
	if h.begun != nil {
		h.settleStart()
	}
	to := h.address
	if code != exitDone {
		to = to.JoinPath("fail")
	}
	return h.ping(ctx, to, summary)
}

func (h *heartbeat) settleStart() {
	select {
	case err := <-h.begun:
		h.stop()
		h.app.warnOf("the start was not told to heartbeat_url", err)
	default:
		h.stop()
		<-h.begun
	}
}

// pings is how often one is tried.
const pings = 3

// ping sends a text, or nothing, and tries again what may pass. Its error does not name the address, which is a secret.
func (h *heartbeat) ping(ctx context.Context, to *url.URL, text string) error {
	pace := backoff.NewExponentialBackOff()
	pace.InitialInterval = 300 * time.Millisecond
	client := watcherClient()
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		return struct{}{}, pingOnce(ctx, client, to, text)
	}, backoff.WithBackOff(pace), backoff.WithMaxTries(pings))
	if err == nil {
		return nil
	}
	if of, ok := errors.AsType[*url.Error](err); ok {
		err = of.Err
	}
	return fmt.Errorf("%s: %w", to.Hostname(), err)
}

func pingOnce(ctx context.Context, client *http.Client, to *url.URL, text string) error {
	method := http.MethodGet
	if text != "" {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(ctx, method, to.String(), strings.NewReader(text))
	if err != nil {
		return backoff.Permanent(err)
	}
	request.Header.Set("User-Agent", userAgent())
	if text != "" {
		request.Header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	if err := answer.Body.Close(); err != nil {
		return err
	}
	switch s := answer.StatusCode; {
	case s < http.StatusMultipleChoices:
		return nil
	case s == http.StatusTooManyRequests, s >= http.StatusInternalServerError:
		return errors.New("it answered " + answer.Status)
	case s < http.StatusBadRequest:
		return backoff.Permanent(errors.New("it answered " + answer.Status + ": redirects are not followed, configure the new address"))
	}
	return backoff.Permanent(errors.New("it answered " + answer.Status))
}
