package providers_test

import (
	"errors"
	"strings"
	"testing"

	"goscan/providers"
)

func crashing(value any) (err error) {
	defer providers.Recover(&err)
	panic(value)
}

func TestAPanicBecomesAnError(t *testing.T) {
	err := crashing("no such page")
	crash, ok := errors.AsType[*providers.Crash](err)
	if !ok || err.Error() != "internal error: no such page" {
		t.Fatalf("got %v", err)
	}
	if !strings.HasPrefix(crash.Stack, "goscan/providers_test.crashing(") || !strings.Contains(crash.Stack, "crash_test.go:") {
		t.Errorf("the stack does not begin where the panic was:\n%s", crash.Stack)
	}
	if err := crashing(nil); err == nil || !strings.Contains(err.Error(), "internal error: panic called with nil") {
		t.Errorf("a panic with nil: %v", err)
	}
}

func TestAPanicOfTheRuntimeBecomesAnError(t *testing.T) {
	third := func(list []int) (n int, err error) {
		defer providers.Recover(&err)
		return list[2], nil
	}
	if _, err := third(nil); err == nil || err.Error() != "internal error: runtime error: index out of range [2] with length 0" {
		t.Errorf("got %v", err)
	}
	if n, err := third([]int{1, 2, 3}); n != 3 || err != nil {
		t.Errorf("without a panic: %d, %v", n, err)
	}
}

func TestAnErrorIsKeptWithoutAPanic(t *testing.T) {
	own := errors.New("own")
	err := func() (err error) {
		defer providers.Recover(&err)
		return own
	}()
	if err != own {
		t.Errorf("got %v", err)
	}
}
