package chtest_test

import (
	"context"
	"testing"
	"time"

	"goscan/store/clickhouse/chtest"
)

func TestWhatWasWrittenSurvivesAKill(t *testing.T) {
	s := chtest.Start(t)
	s.NeedsProcess(t)
	ctx := context.Background()
	for _, statement := range []string{
		"CREATE DATABASE " + s.Database,
		"CREATE TABLE " + s.Database + ".n (n UInt64) ENGINE = MergeTree ORDER BY n",
		"INSERT INTO " + s.Database + ".n SETTINGS async_insert = 0 VALUES (41), (42)",
	} {
		if err := s.Conn(t).Exec(ctx, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}

	address := s.Addr()
	s.Kill(t)
	dialing, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := s.Conn(t).Ping(dialing); err == nil {
		t.Fatal("a killed server answers")
	}
	s.Restart(t)

	if got := s.Addr(); got != address {
		t.Errorf("the address after the restart is %s, want %s", got, address)
	}
	var sum uint64
	if err := s.Conn(t).QueryRow(ctx, "SELECT sum(n) FROM "+s.Database+".n").Scan(&sum); err != nil {
		t.Fatal(err)
	}
	if sum != 83 {
		t.Errorf("the sum after the restart is %d, want 83", sum)
	}
}
