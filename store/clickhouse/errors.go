package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/clickhouse-go/v2"

	"goscan/store"
)

// The server's error codes that say more than that one statement went wrong.
const (
	codeNoSuchColumn      = 16
	codeUnknownIdentifier = 47
	codeUnknownTable      = 60
	codeUnknownDatabase   = 81
	codeUnknownUser       = 192
	codeWrongPassword     = 193
	codePasswordRequired  = 194
	codeAuthentication    = 516
)

// explain names what was done and where, and marks the errors that no later statement would escape: without an answer,
// or without a login, the store is unreachable; without its tables, the schema does not fit.
func (c Config) explain(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	doing = fmt.Sprintf("clickhouse %s: %s", strings.Join(c.addresses(), ", "), doing)
	if cause := ended(ctx); cause != nil {
		return fmt.Errorf("%s: %w", doing, cause)
	}
	if wrongUse, is := errors.AsType[*clickhouse.OpError](err); is {
		return fmt.Errorf("%s: %w", doing, wrongUse)
	}
	code, text, ok := exception(err)
	switch {
	case !ok && errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: no answer within %s: %w", doing, c.Limits.Statement, store.ErrUnreachable)
	case !ok:
		return fmt.Errorf("%s: %w: %w", doing, store.ErrUnreachable, err)
	}
	switch code {
	case codeUnknownUser, codeWrongPassword, codePasswordRequired, codeAuthentication:
		return fmt.Errorf("%s: %w: %s", doing, store.ErrUnreachable, text)
	case codeNoSuchColumn, codeUnknownIdentifier, codeUnknownTable, codeUnknownDatabase:
		return fmt.Errorf("%s: %w (run `goscan schema migrate`): %s", doing, store.ErrSchema, text)
	}
	return fmt.Errorf("%s: %s", doing, text)
}

// ended returns why ctx is over. A connection that has its deadline may notice a moment before ctx itself does.
func ended(ctx context.Context) error {
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return ctx.Err()
}

// exception returns the code and the first line of what the server itself answered; without one, err is of the network.
func exception(err error) (code int, text string, ok bool) {
	var message string
	if e, is := errors.AsType[*clickhouse.Exception](err); is {
		code, message = int(e.Code), e.Message
	} else if e, is := errors.AsType[*ch.Exception](err); is {
		code, message = int(e.Code), strings.TrimPrefix(e.Message, e.Name+":")
	} else {
		return 0, "", false
	}
	first, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	return code, fmt.Sprintf("code %d: %s", code, first), true
}
