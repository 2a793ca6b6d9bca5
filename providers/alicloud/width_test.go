package alicloud

import (
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/internal/call"
)

var _ providers.Paced = (*client)(nil)

func TestDaysAtOnceAreAsManyAsKeepTheRateAndLeaveNoneForTheEnd(t *testing.T) {
	for _, test := range []struct {
		answer     time.Duration // what an answer takes; 0 before the first
		left, want int
	}{
		{0, 30, 3},
		{50 * time.Millisecond, 30, 3},
		{50 * time.Millisecond, 1, 1},
		{time.Second, 30, 15}, // 14 keep the rate, and two rounds of 15 leave none over
		{time.Second, 31, 16},
		{time.Second, 15, 15},
		{time.Second, 5, 5},
		{time.Minute, 90, 18}, // 16 at most, in five rounds
		{time.Minute, 31, 31},
	} {
		c := &client{detailPace: call.NewPace(defaultRate)}
		if test.answer > 0 {
			c.detailPace.Answered(test.answer)
		}
		if got := c.DaysAtOnce(test.left); got != test.want {
			t.Errorf("answers of %s, %d days left: %d at once, want %d", test.answer, test.left, got, test.want)
		}
	}
}

func TestTheDayWithTheMostLinesToComeGoesFirst(t *testing.T) {
	long, short := &fetch{total: 9000, read: 300}, &fetch{total: 900, read: 300}
	if long.rank("t") <= short.rank("t") || long.rank("") != call.RankFirst {
		t.Errorf("ranks %d, %d and %d", long.rank("t"), short.rank("t"), long.rank(""))
	}
}
