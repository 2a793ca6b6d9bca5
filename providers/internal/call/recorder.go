package call

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"goscan/providers"
)

// largestAnswer bounds the memory that an answer may take: 300 rows are about 1 MB.
const largestAnswer = 64 << 20

// newHTTPClient returns a client of its own, because the SDKs change the proxy of the one they are given by default and
// set no timeout. Redirects are never followed: the recorder answers every request itself.
func newHTTPClient(userAgent string) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{Transport: &recorder{
		userAgent: userAgent,
		wire: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           dialer.DialContext,
			ForceAttemptHTTP2:     true,
			MaxIdleConns:          32,
			MaxIdleConnsPerHost:   32, // as many as requests may be under way
			IdleConnTimeout:       30 * time.Second,
			TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:   10 * time.Second,
			ExpectContinueTimeout: time.Second,
		},
	}}
}

// A record is what one attempt heard.
type record struct {
	answer   Answer
	complete bool  // the answer is whole
	err      error // why it is not
}

type recordKey struct{}

func withRecord(ctx context.Context) (context.Context, *record) {
	r := &record{}
	return context.WithValue(ctx, recordKey{}, r), r
}

var (
	errTooLarge = errors.New("the answer is larger than 64 MiB")
	errNoRecord = errors.New("a request outside of an attempt")
)

func (r *record) failure() *providers.Error {
	if errors.Is(r.err, errTooLarge) {
		return &providers.Error{Kind: providers.Malformed, Message: r.err.Error()}
	}
	return unavailable("%v", r.err)
}

// recorder keeps the answers to itself and tells the SDKs nothing but "{}".
type recorder struct {
	userAgent string
	wire      http.RoundTripper
}

func (t *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r, ok := req.Context().Value(recordKey{}).(*record)
	if !ok {
		return nil, errNoRecord
	}
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", t.userAgent) // neither cloud's signature covers it
	resp, err := t.wire.RoundTrip(req)
	if err != nil {
		r.err = err
		return nil, err
	}
	r.answer, r.err = read(resp)
	if r.err != nil {
		return nil, r.err
	}
	r.complete = true
	return nothing(req), nil
}

func read(resp *http.Response) (Answer, error) {
	defer resp.Body.Close()
	if resp.ContentLength > largestAnswer {
		return Answer{}, errTooLarge
	}
	var body bytes.Buffer
	if resp.ContentLength > 0 {
		body.Grow(int(resp.ContentLength) + bytes.MinRead) // ReadFrom wants room to see the end
	}
	if _, err := body.ReadFrom(io.LimitReader(resp.Body, largestAnswer+1)); err != nil {
		return Answer{}, err
	}
	if body.Len() > largestAnswer {
		return Answer{}, errTooLarge
	}
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body.Bytes()}, nil
}

func nothing(req *http.Request) *http.Response {
	body := []byte("{}")
	return &http.Response{
		Status:        "200 OK",
		StatusCode:    http.StatusOK,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        http.Header{"Content-Type": {"application/json"}},
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       req,
	}
}

// retryAfter reads the header of that name: seconds, or a date.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
