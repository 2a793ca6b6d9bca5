package volcengine

import (
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/internal/call"
)

var _ providers.Paced = (*client)(nil)

func TestAsManyPagesAndDaysAtOnceAsKeepTheRate(t *testing.T) {
	for _, test := range []struct {
		answer            time.Duration // what an answer takes; 0 before the first
		left, pages, days int
	}{
		{0, 30, 2, 3},
		{50 * time.Millisecond, 30, 2, 3},
		{50 * time.Millisecond, 1, 2, 1},
		{time.Second, 30, 8, 9},
		{time.Minute, 30, 16, 17},
	} {
		c := &client{pace: call.NewPace(defaultRate)}
		if test.answer > 0 {
			c.pace.Answered(test.answer)
		}
		if pages, days := c.atOnce(), c.DaysAtOnce(test.left); pages != test.pages || days != test.days {
			t.Errorf("answers of %s: %d pages and %d days at once, want %d and %d", test.answer, pages, days, test.pages, test.days)
		}
	}
}

func TestEarlierDaysGoFirst(t *testing.T) {
	c := &client{}
	if first, second := c.newFetch(nil, nil), c.newFetch(nil, nil); first.rank <= second.rank || first.rank >= call.RankFirst {
		t.Errorf("ranks %d and %d", first.rank, second.rank)
	}
}
