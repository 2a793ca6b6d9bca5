package providers_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"goscan/providers"
)

func TestErrorIsOneLine(t *testing.T) {
	tests := map[string]providers.Error{
		"DescribeInstanceBill: NotAuthorized: This API is not authorized for caller. (request 7F3C)": {
			Op: "DescribeInstanceBill", Code: "NotAuthorized", Message: "This API is not authorized for caller.", RequestID: "7F3C",
		},
		"ListBillDetail: 299 lines of 300": {Op: "ListBillDetail", Message: "299 lines of 300"},
		"ListBillDetail: EOF":              {Op: "ListBillDetail", Err: errors.New("EOF")},
	}
	for want, e := range tests {
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestKindAndHintAreFoundInTheTree(t *testing.T) {
	e := &providers.Error{Kind: providers.Denied, Hint: "grant it"}
	wrapped := fmt.Errorf("prod 2026-10: %w", errors.Join(errors.New("other"), e))
	if providers.KindOf(wrapped) != providers.Denied || providers.HintOf(wrapped) != "grant it" {
		t.Errorf("kind %s, hint %q", providers.KindOf(wrapped), providers.HintOf(wrapped))
	}
	if k := providers.KindOf(errors.New("plain")); k != providers.Other {
		t.Errorf("a plain error is %s", k)
	}
}

func TestKeyErrorsAreCollected(t *testing.T) {
	a, b := &providers.KeyError{Key: "access_key", Problem: "is missing"}, &providers.KeyError{Key: "site", Problem: "is unknown"}
	got := providers.KeyErrors(errors.Join(a, errors.Join(b)))
	if len(got) != 2 || got[0] != a || got[1] != b {
		t.Errorf("%v", got)
	}
	if got := providers.KeyErrors(nil); got != nil {
		t.Errorf("%v of no error", got)
	}
}

func TestASecretPrintsAsStars(t *testing.T) {
	const canary = "canary-5ecret"
	type settings struct{ Key providers.Secret }
	s := settings{canary}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", s.Key, "all", s)
	for _, text := range []string{
		fmt.Sprint(s.Key), fmt.Sprintf("%v %+v %#v %s %q", s, s, s.Key, s.Key, s.Key), log.String(),
	} {
		if strings.Contains(text, canary) {
			t.Errorf("the secret is in %q", text)
		}
	}
	if s.Key.Reveal() != canary {
		t.Error("Reveal does not give the secret")
	}
}
