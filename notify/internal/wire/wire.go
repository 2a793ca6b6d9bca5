// Package wire makes the HTTP requests of channels and says what became of them.
//
// Webhooks carry their key in the URL, and every error of net/http prints the URL: so no error of this package holds one,
// and whatever servers and the network say is shown without the secrets that the client was made with.
package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"goscan/notify"
	"goscan/notify/internal/text"
)

// most is how many bytes of an answer are read: replies of chat servers have some hundred.
const most = 64 << 10

// A Client makes the requests of one channel. It may be used from several goroutines.
type Client struct {
	http  *http.Client
	agent string
	veil  veil
}

// New returns a client that goes through the proxy, and whose errors and lines show none of the secrets. A secret that is a
// URL also stands for the keys in it.
func New(o notify.Options, proxy notify.Secret, secrets ...notify.Secret) (*Client, error) {
	through, err := proxyOf(proxy)
	if err != nil {
		return nil, err
	}
	transport := o.Transport
	if transport == nil {
		transport = ownTransport(through)
	}
	return &Client{
		http:  &http.Client{Transport: transport, CheckRedirect: stay},
		agent: o.UserAgent,
		veil:  newVeil(append(secrets, proxy)),
	}, nil
}

// ownTransport keeps no connections: a channel sends few messages, has no Close, and a connection that the server closed
// meanwhile would make a failure uncertain that is none.
func ownTransport(proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableKeepAlives:      true,
	}
}

func proxyOf(s notify.Secret) (func(*http.Request) (*url.URL, error), error) {
	if s == "" {
		return http.ProxyFromEnvironment, nil
	}
	u, err := url.Parse(s.Reveal())
	if err != nil || u.Host == "" {
		return nil, &notify.KeyError{Key: "proxy", Problem: "is no address of a proxy", Hint: "write http://[user:password@]host:port"}
	}
	return http.ProxyURL(u), nil
}

// stay refuses redirects: the message would go to somebody whom the configuration does not name.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// An Answer is what a server said, whatever its status. Body is cut at 64 KB.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// PostJSON posts a JSON document. The header may be nil.
func (c *Client) PostJSON(ctx context.Context, target string, header http.Header, body []byte) (Answer, error) {
	return c.Post(ctx, target, "application/json; charset=utf-8", header, body)
}

// Post posts a body. Its error is a *notify.Error: Transient while the request was not wholly written, Uncertain after.
// An answer of any status is no error: see Refusal.
func (c *Client) Post(ctx context.Context, target, mediaType string, header http.Header, body []byte) (Answer, error) {
	var written atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(w httptrace.WroteRequestInfo) {
			if w.Err == nil {
				written.Store(true)
			}
		},
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return Answer{}, &notify.Error{Text: "the address is no URL", Hint: "copy it from the robot's settings once more"}
	}
	for name, values := range header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	req.Header.Set("Content-Type", mediaType)
	if c.agent != "" {
		req.Header.Set("User-Agent", c.agent)
	}
	answer, err := c.exchange(req)
	if err != nil {
		return Answer{}, c.failure(ctx, err, written.Load())
	}
	return answer, nil
}

func (c *Client) exchange(req *http.Request) (Answer, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = resp.Body.Close() }() // nothing more is read
	body, err := io.ReadAll(io.LimitReader(resp.Body, most))
	if err != nil {
		return Answer{}, err
	}
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

func (c *Client) failure(ctx context.Context, err error, written bool) *notify.Error {
	e := &notify.Error{Class: notify.Transient, Text: c.Line(Reason(ctx, err))}
	if written {
		e.Class = notify.Uncertain
		e.Text += ", after the message was written: it may have arrived"
	}
	if bad, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		e.Class = notify.Permanent
		e.Text = c.Line("the server's certificate is not trusted: " + bad.Err.Error())
		e.Hint = "is this the right address, and is a proxy between that opens TLS? Its certificate must be among the system's"
	}
	return e
}

// Reason says in a few words why nobody was reached or no answer came, without the request's URL.
func Reason(ctx context.Context, err error) string {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if name, ok := errors.AsType[*net.DNSError](err); ok && name.IsNotFound {
		return fmt.Sprintf("the host %s is not known to the name server", name.Name)
	}
	var late net.Error
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return "interrupted"
	case ctx.Err() != nil, errors.As(err, &late) && late.Timeout():
		return "no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed without an answer"
	}
	return err.Error()
}

// Line returns what a server said as one line of at most 200 bytes, without secrets.
func (c *Client) Line(s string) string { return text.Clip(c.veil.hide(text.Line(s)), 200) }
