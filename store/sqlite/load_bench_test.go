package sqlite_test

import (
	"slices"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/all"
	"goscan/providers/simulator"
)

// wide returns lines of a simulated cloud as its client reads them, with all of their native fields.
func wide(b *testing.B, kind string, n int) []providers.Line {
	c, err := simulator.Start(kind, simulator.Options{Seed: 1, Empty: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	day := providers.NewDay(2026, 10, 31)
	if err := c.SetDay(day, c.Rows(day, n)); err != nil {
		b.Fatal(err)
	}
	settings := all.Registry()[kind].Settings()
	settings.Base().Endpoint, settings.Base().Rate = c.URL(), 10000
	cloud, err := settings.Open(providers.Options{Account: kind, Now: time.Now, Getenv: func(name string) string {
		return map[string]string{"VOLCENGINE_ACCESS_KEY": simulator.AccessKey, "VOLCENGINE_SECRET_KEY": simulator.SecretKey,
			"ALIBABA_CLOUD_ACCESS_KEY_ID": simulator.AccessKey, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": simulator.SecretKey}[name]
	}})
	if err != nil {
		b.Fatal(err)
	}
	var lines []providers.Line
	bill := providers.Bill{Account: kind, Provider: kind, Dataset: providers.DatasetBill, Month: day.Month()}
	err = cloud.Fetch(b.Context(), bill, day, func(page []providers.Line) error { lines = append(lines, page...); return nil })
	if err != nil {
		b.Fatal(err)
	}
	return lines
}

// Lines that are ready into a ledger, a new day each time: at least 40,000 a second on a machine that does nothing else.
func BenchmarkLoad(b *testing.B) {
	for _, kind := range []string{simulator.Volcengine, simulator.Alicloud} {
		b.Run(kind, func(b *testing.B) {
			lines := wide(b, kind, 30000)
			l := openLedger(b, b.TempDir())
			day := providers.NewDay(2026, 1, 1)
			n := 0
			b.ResetTimer()
			began := time.Now()
			before := cpu()
			for b.Loop() {
				bill := providers.Bill{Account: kind, Provider: kind, Dataset: providers.DatasetBill, Month: day.Month()}
				_, err := l.Replace(b.Context(), bill, day, func(put providers.Emit) error {
					for page := range slices.Chunk(lines, 300) {
						if err := put(page); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
				n += len(lines)
				day++
			}
			b.ReportMetric(float64(n)/time.Since(began).Seconds(), "lines/s")
			b.ReportMetric(float64((cpu()-before).Microseconds())/float64(n), "CPU_us/line")
		})
	}
}
