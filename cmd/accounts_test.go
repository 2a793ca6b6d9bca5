package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
)

// crowd is goscan with several accounts, two of each cloud. Each has a cloud of its own that enforces its rate limit.
type crowd struct {
	program
	clouds map[string]*simulator.Cloud // by account
	days   int                         // that each account keeps, empty ones
}

// newCrowd has accounts that are allowed so many requests a second each, and ask for a little fewer.
func newCrowd(t *testing.T, days int, allowed float64) *crowd {
	t.Helper()
	c := &crowd{program: program{folder: t.TempDir()}, clouds: map[string]*simulator.Cloud{}, days: days}
	var yaml strings.Builder
	yaml.WriteString("state: state\nproviders:\n")
	for i, account := range []string{"volc-a", "volc-b", "ali-a", "ali-b"} {
		kind, key, secret := simulator.Volcengine, "access_key", "secret_key"
		if strings.HasPrefix(account, "ali") {
			kind, key, secret = simulator.Alicloud, "access_key_id", "access_key_secret"
		}
		o := simulator.Options{Empty: true, Rate: allowed, AccessKey: fmt.Sprintf("%s%d", simulator.AccessKey, i), AccountID: fmt.Sprint(2100153894 + i)}
		cloud, err := simulator.Start(kind, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(cloud.Close)
		c.clouds[account] = cloud
		fmt.Fprintf(&yaml, "  %s: {type: %s, %s: %s, %s: %s, endpoint: \"%s\", since: %s, rate: %g}\n",
			account, kind, key, o.AccessKey, secret, simulator.SecretKey, cloud.URL(), c.first(), 0.98*allowed)
	}
	if err := os.WriteFile(filepath.Join(c.folder, "goscan.yaml"), []byte(yaml.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *crowd) first() providers.Day { return providers.DayOf(time.Now()) - providers.Day(c.days) }

// forADay matches the requests for bills of a day: an account makes one for each of its days, which are empty.
func forADay(r simulator.Request) bool { return r.Day != 0 }

// TestAccountsShareNoLimit runs four accounts side by side, each allowed ten requests a second. If any two of them had one
// limit, all together would never be served more than three limits' worth in a second.
func TestAccountsShareNoLimit(t *testing.T) {
	t.Parallel()
	const allowed = 10
	c := newCrowd(t, 60, allowed)
	var mu sync.Mutex
	var at []time.Time // of the requests that were let in
	for _, cloud := range c.clouds {
		cloud.Inject(simulator.Fault{When: forADay, Run: func(simulator.Request) {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Now())
		}})
	}
	if code, out := c.run(t, "sync"); code != 0 {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	if len(at) != len(c.clouds)*c.days {
		t.Errorf("%d requests were let in, want %d", len(at), len(c.clouds)*c.days)
	}
	// The best second of the run, not all of it: a busy machine has slow seconds.
	const late = 2 // requests that another limiter than the clouds' own may let slip into a second
	best := mostWithin(at, time.Second)
	if limits := len(c.clouds) - 1; best <= limits*allowed+late {
		t.Errorf("no second had more than %d requests of all accounts: no more than %d limits allow", best, limits)
	}
	t.Logf("%d requests in the best second, %d are allowed", best, len(c.clouds)*allowed)
}

// mostWithin returns how many of the times are within one span, wherever it begins.
func mostWithin(times []time.Time, span time.Duration) int {
	slices.SortFunc(times, time.Time.Compare)
	most, first := 0, 0
	for i, at := range times {
		for at.Sub(times[first]) >= span {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// TestAThrottledAccountHoldsUpNoOther has a cloud refuse one account and ask it to wait for 10 s, before any other account is
// answered. All the others get all their days before that account asks for any day again; in the end it has its days too.
func TestAThrottledAccountHoldsUpNoOther(t *testing.T) {
	for _, held := range []string{"volc-a", "ali-a"} {
		t.Run(held, func(t *testing.T) {
			t.Parallel()
			c := newCrowd(t, 10, 100)
			throttled := make(chan struct{})
			var once sync.Once
			hits := c.clouds[held].Inject(simulator.Fault{
				When: forADay, Effect: simulator.TooMany, Wait: 10 * time.Second, Run: func(simulator.Request) { once.Do(func() { close(throttled) }) },
			})
			var mu sync.Mutex
			left := (len(c.clouds) - 1) * c.days // that the others have not been asked for
			var asked []simulator.Request        // of the held account, until none was left
			for account, cloud := range c.clouds {
				if account == held {
					continue
				}
				cloud.Inject(simulator.Fault{When: forADay, Run: func(simulator.Request) {
					<-throttled
					mu.Lock()
					defer mu.Unlock()
					if left--; left == 0 {
						asked = c.clouds[held].Served()
						c.clouds[held].Heal()
					}
				}})
			}
			if code, out := c.run(t, "sync"); code != 0 {
				t.Fatalf("exit code %d:\n%s", code, out)
			}
			if left != 0 || hits() == 0 {
				t.Errorf("%d days were not asked for; %d requests were throttled", left, hits())
			}
			if i := slices.IndexFunc(asked, func(r simulator.Request) bool { return r.Nth > 1 }); i >= 0 {
				t.Errorf("%s was asked for %s again before the other accounts had all their days", held, asked[i].Day)
			}
			for account, cloud := range c.clouds {
				answered := cloud.Count(func(r simulator.Request) bool { return forADay(r) && r.Effect == simulator.None && r.Code == "" })
				if answered != c.days {
					t.Errorf("%s: %d days were answered, want %d", account, answered, c.days)
				}
			}
		})
	}
}
