package notify

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// A Secret is a text that prints as stars everywhere. Reveal gives the text itself.
type Secret string

// Reveal returns the secret text.
func (s Secret) Reveal() string { return string(s) }

// String returns stars, or nothing for an empty secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return strings.Repeat("*", 8)
}

// GoString returns stars: %#v prints no secret either.
func (s Secret) GoString() string { return s.String() }

// Format prints stars under every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue returns stars.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText returns stars, for JSON and YAML alike.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
