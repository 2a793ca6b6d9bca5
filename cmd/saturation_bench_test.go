package cmd_test

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/all"
	"goscan/providers/simulator"
	"goscan/store"
	"goscan/sync"
)

// hurry raises the rates and shortens the latencies: a month that takes two minutes at five requests a second takes 13 s at
// fifty with a tenth of the latency. As many requests are under way, and as many leave during one answer; only the work on
// the pages gets no faster, and delays of the machine weigh ten times as much. -hurry 1 is the real thing.
var hurry = flag.Float64("hurry", 10, "how many times faster than real time BenchmarkSaturation runs")

// BenchmarkSaturation reads a month of 200,000 lines from clouds that enforce their rate limits, at several latencies, with
// the days and pages at once that sync chooses and without a store. It reports pages per second of real time, that rate's
// share of what the cloud allows, from the first request to the end of the last day, and the share of refused requests.
func BenchmarkSaturation(b *testing.B) {
	for _, cloud := range []struct {
		kind    string
		allowed float64
		pace    float64
	}{{simulator.Volcengine, 5, 4.9}, {simulator.Alicloud, 10, 9.8}} {
		for _, latency := range []time.Duration{50 * time.Millisecond, 200 * time.Millisecond, time.Second} {
			b.Run(fmt.Sprintf("%s/%s", cloud.kind, latency), func(b *testing.B) {
				c := monthOf200000(b, cloud.kind, cloud.allowed, latency)
				for b.Loop() {
					c.Forget()
					began := time.Now()
					readMonth(b, cloud.kind, c, cloud.pace**hurry)
					seconds := time.Since(began).Seconds() * *hurry
					pages, refused := 0.0, 0.0
					for _, r := range c.Served() {
						if r.Code == "" {
							pages++
						} else {
							refused++
						}
					}
					b.ReportMetric(pages/seconds, "pages/s")
					b.ReportMetric(100*pages/seconds/cloud.allowed, "%allowance")
					b.ReportMetric(100*refused/(pages+refused), "%refused")
					b.ReportMetric(float64(c.Busiest()), "at-once")
				}
			})
		}
	}
}

var benchMonth = providers.NewMonth(2026, 9)

// monthOf200000 starts a cloud whose days have 4,300 to 9,000 lines of few fields.
func monthOf200000(b *testing.B, kind string, allowed float64, latency time.Duration) *simulator.Cloud {
	b.Helper()
	c, err := simulator.Start(kind, simulator.Options{
		Empty: true, Rate: allowed * *hurry, Latency: time.Duration(float64(latency) / *hurry),
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	for i, d := 0, benchMonth.First(); d <= benchMonth.Last(); i, d = i+1, d+1 {
		rows := make([]simulator.Row, 4300+i*7%30*163)
		for j := range rows {
			rows[j] = simulator.Row{"BillPeriod": benchMonth.String(), "ExpenseDate": d.String(), "Currency": "CNY", "InstanceNo": fmt.Sprint(j)}
			if kind == simulator.Alicloud {
				rows[j] = simulator.Row{"BillingDate": d.String(), "Currency": "CNY", "InstanceID": fmt.Sprint(j)}
			}
		}
		if err := c.SetDay(d, rows); err != nil {
			b.Fatal(err)
		}
	}
	return c
}

func readMonth(b *testing.B, kind string, c *simulator.Cloud, rate float64) {
	b.Helper()
	settings := all.Registry()[kind].Settings()
	settings.Base().Endpoint, settings.Base().Rate = c.URL(), rate
	provider, err := settings.Open(providers.Options{Account: kind, Getenv: simulatedKeys, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	var tasks []sync.Task
	bill := providers.Bill{Account: kind, Provider: kind, Dataset: providers.DatasetBill, Month: benchMonth}
	for d := benchMonth.First(); d <= benchMonth.Last(); d++ {
		tasks = append(tasks, sync.Task{Bill: bill, Day: d})
	}
	engine := &sync.Engine{
		Sink: nowhere{}, Marks: nowhere{}, Providers: map[string]providers.Provider{kind: provider}, Workers: 32, Now: time.Now,
	}
	outcomes, err := engine.Run(b.Context(), tasks)
	if err != nil {
		b.Fatal(err)
	}
	for _, o := range outcomes {
		if o.Err != nil {
			b.Fatal(o.Task.Day, o.Err)
		}
	}
}

// simulatedKeys is an environment with the keys of both simulated clouds.
func simulatedKeys(name string) string {
	return map[string]string{
		"VOLCENGINE_ACCESS_KEY": simulator.AccessKey, "VOLCENGINE_SECRET_KEY": simulator.SecretKey,
		"ALICLOUD_ACCESS_KEY": simulator.AccessKey, "ALICLOUD_SECRET_KEY": simulator.SecretKey,
	}[name]
}

// nowhere is a store that keeps nothing.
type nowhere struct{}

func (nowhere) Replace(_ context.Context, _ providers.Bill, _ providers.Day, fill func(providers.Emit) error) (store.Change, error) {
	return store.Change{}, fill(func([]providers.Line) error { return nil })
}
func (nowhere) Days(context.Context, string) ([]store.Mark, error) { return nil, nil }
func (nowhere) All(context.Context) ([]store.Mark, error)          { return nil, nil }
func (nowhere) Set(context.Context, ...store.Mark) error           { return nil }
func (nowhere) Forget(context.Context, ...store.Key) error         { return nil }
