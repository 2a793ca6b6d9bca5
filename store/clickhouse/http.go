package clickhouse

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"
)

// insertHTTP posts the columns as one block in ClickHouse's format Native. The body's length is announced, so one that
// breaks off is an error to the server; and the server answers when it has stored the block, so its status is the
// outcome. Before, it asks the host a small question, with the time limit of a dial: what failed to answer it was sent no
// line, so the next host can be tried.
func (s *server) insertHTTP(ctx context.Context, into string, columns proto.Input) error {
	body, err := encodeBlock(columns, s.cfg.Compression)
	if err != nil {
		return err
	}
	address, err := reach(ctx, s.hosts, s.hosts.first(ctx), func(address string) (string, error) {
		limited, cancel := context.WithTimeout(ctx, s.cfg.Limits.Dial)
		defer cancel()
		return address, s.post(limited, address, url.Values{"query": {"SELECT 1"}}, nil)
	})
	if err != nil {
		return err
	}
	settings := url.Values{"query": {into + " FORMAT Native"}, "wait_end_of_query": {"1"}}
	for name, value := range s.cfg.insertSettings() {
		settings.Set(name, strconv.Itoa(value))
	}
	if s.cfg.Compression != NoCompression {
		settings.Set("decompress", "1")
	}
	return s.post(ctx, address, settings, body)
}

// encodeBlock returns the columns as the block of bytes that HTTP carries, in the frame that the native protocol puts
// compressed blocks into too.
func encodeBlock(columns proto.Input, compression Compression) ([]byte, error) {
	const revision = 0 // of the format over HTTP
	var buffer proto.Buffer
	block := proto.Block{Columns: len(columns), Rows: columns[0].Data.Rows()}
	if err := block.EncodeRawBlock(&buffer, revision, columns); err != nil {
		return nil, err
	}
	if compression == NoCompression {
		return buffer.Buf, nil
	}
	frame := compress.NewWriter(compress.LevelZero, compression.ofBlocks())
	if err := frame.Compress(buffer.Buf); err != nil {
		return nil, err
	}
	return frame.Data, nil
}

// post sends one statement that answers little or nothing. An answer that is an exception is returned as one.
func (s *server) post(ctx context.Context, address string, query url.Values, body []byte) error {
	at := url.URL{Scheme: "http", Host: address, Path: "/", RawQuery: query.Encode()}
	if s.cfg.TLS != nil {
		at.Scheme = "https"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", clientName)
	request.Header.Set("X-ClickHouse-User", s.cfg.Username)
	if s.cfg.Password != "" {
		request.Header.Set("X-ClickHouse-Key", s.cfg.Password.Reveal())
	}
	for name, value := range s.cfg.certificateHeaders() {
		request.Header.Set(name, value)
	}
	answer, err := s.http.RoundTrip(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, longestAnswer))
	if failed := answerError(answer, string(text)); failed != nil {
		return failed
	}
	return err
}

// longestAnswer is more than an exception's text.
const longestAnswer = 64 << 10

// answerError returns what an answer says went wrong: a *clickhouse.Exception when the server itself says so, another
// error when something before it did.
func answerError(answer *http.Response, text string) error {
	if code, err := strconv.Atoi(answer.Header.Get("X-ClickHouse-Exception-Code")); err == nil {
		message := text
		if _, rest, found := strings.Cut(text, "DB::Exception: "); found {
			message = rest
		}
		return &clickhouse.Exception{Code: int32(code), Message: strings.TrimSpace(message)}
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("HTTP status %s, and not from ClickHouse", answer.Status)
	}
	return nil
}

// certificateHeaders say whether the client's certificate is the login. clickhouse-go would say so for every user who has
// no password.
func (c Config) certificateHeaders() map[string]string {
	if c.TLS == nil {
		return nil
	}
	login := "off"
	if c.Password == "" && len(c.TLS.Certificates) > 0 {
		login = "on"
	}
	return map[string]string{"X-ClickHouse-SSL-Certificate-Auth": login}
}
