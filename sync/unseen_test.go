package sync_test

import (
	"context"
	"testing"

	"goscan/providers"
	"goscan/sync"
)

// monthly is a books whose cloud also answers for whole months.
type monthly struct {
	*books
	undated []providers.Line
}

func (m monthly) FetchMonth(_ context.Context, b providers.Bill, emit providers.Emit) error {
	for d := b.Month.First(); d <= b.Month.Last(); d++ {
		if err := emit(m.lines[d]); err != nil {
			return err
		}
	}
	return emit(m.undated)
}

func TestALineThatNoDayShowsIsNamed(t *testing.T) {
	b := newBooks(t, afterClose)
	b.fill()
	late := costLine("oss", "CNY", "12.5")
	late.ResourceID, late.ResourceName = "bucket-1", "日志"
	m := monthly{b, []providers.Line{late, costLine("ecs", "CNY", "-2")}}
	b.totals = []providers.Total{total("ecs", "CNY", "29", 1), total("oss", "CNY", "12.5", 1)}
	v := b.verifier(providers.Proof{})
	v.Providers["prod"] = m
	for run, explain := range []bool{false, false, true} {
		v.Explain = explain
		verdict := v.Verify(t.Context(), source("2026-10-01"), october, nil)
		if verdict.Err != nil || !verdict.Unreconciled() {
			t.Fatalf("run %d: unreconciled %v, error %v", run, verdict.Unreconciled(), verdict.Err)
		}
		if known := run == 1; known {
			if len(verdict.Unseen) != 0 {
				t.Errorf("what was known already was asked for again: %v", verdict.Unseen)
			}
			continue
		}
		if len(verdict.Unseen) != 2 {
			t.Fatalf("run %d: %d resources named, want 2: %v", run, len(verdict.Unseen), verdict.Unseen)
		}
		want := sync.Unseen{ServiceCode: "oss", Resource: "bucket-1", Name: "日志", Currency: "CNY"}
		got := verdict.Unseen[0]
		if got.ServiceCode != want.ServiceCode || got.Resource != want.Resource || got.Name != want.Name || got.Difference().String() != "-12.5" {
			t.Errorf("run %d: %+v, want the bucket and -12.5", run, got)
		}
		if got := verdict.Unseen[1].Difference().String(); got != "2" {
			t.Errorf("run %d: difference %s, want 2", run, got)
		}
	}
}
