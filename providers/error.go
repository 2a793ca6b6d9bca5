package providers

import (
	"errors"
	"fmt"
	"strings"
)

// A Kind says what a caller may do about an error.
type Kind uint8

// The kinds of errors. Throttled and Unavailable were already retried as long as it made sense.
const (
	Other       Kind = iota // not foreseen
	Denied                  // credentials refused or a permission missing: retrying is useless until somebody grants it
	NotReady                // the cloud has not issued the day yet: ask again later
	Changed                 // the answer moved while it was read: ask again now
	Throttled               // the cloud's request rate was exceeded
	Unavailable             // the network or the cloud failed
	Malformed               // the answer breaks the cloud's own rules, or holds what Goscan cannot keep exactly
)

var kindNames = [...]string{"other", "denied", "not ready", "changed", "throttled", "unavailable", "malformed"}

// String returns the kind's name.
func (k Kind) String() string { return kindNames[k] }

// An Error is what a provider returns. Its text is one line that names the API action and the cloud's code and request
// id; the account and the month are added by the caller.
type Error struct {
	Kind      Kind
	Op        string // the API's action: "DescribeInstanceBill"
	Code      string // the cloud's error code, when it gave one
	Message   string // what is wrong, in the cloud's words or ours; may be empty when Code says it
	RequestID string // the cloud's, when it gave one
	Hint      string // what to do about it, one line; may be empty
	Err       error  // the cause; may be nil
}

func (e *Error) Error() string {
	parts := make([]string, 0, 4)
	for _, p := range []string{e.Op, e.Code, e.Message} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	text := strings.Join(parts, ": ")
	if e.RequestID != "" {
		text = fmt.Sprintf("%s (request %s)", text, e.RequestID)
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first Error in err's tree, Other when there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Other
}

// HintOf returns the hint of the first Error in err's tree.
func HintOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Hint
	}
	return ""
}
