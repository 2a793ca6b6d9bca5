package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/providers/simulator"
	"goscan/store/clickhouse"
	"goscan/store/report"
	"goscan/store/sqlite"
)

const (
	demoDays     = 90
	demoSeed     = 2026
	demoDatabase = "goscan_demo"
)

func newDemo(a *app) *cobra.Command {
	var server, lang string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Show what Goscan does, on two simulated clouds",
		Long: `Start a simulated Volcengine and a simulated Alibaba Cloud on loopback, sync 90 days of one account of each
through the real provider clients, and print the daily report. It needs no account, no key, no server and no
network. The bills stay in a folder of the demo's own, so that other reports can be tried on them.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitStore, exitInterrupted),
		Example: `  goscan demo
  goscan demo --clickhouse localhost:9000   into the database goscan_demo`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if lang == "" {
				lang = a.preferredLanguage()
			}
			return a.demo(c.Context(), server, lang)
		},
	}
	c.Flags().StringVar(&server, "clickhouse", "", "sync into this ClickHouse (HOST:PORT, native protocol) instead of the embedded ledger; GOSCAN_CLICKHOUSE_USERNAME and _PASSWORD are used")
	c.Flags().StringVar(&lang, "lang", "", "language of the report, zh or en (default: the locale's)")
	return c
}

// preferredLanguage returns zh in a Chinese locale and en elsewhere: a demo has no configuration that says.
func (a *app) preferredLanguage() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := a.getenv(name); locale != "" {
			if strings.HasPrefix(locale, "zh") {
				return "zh"
			}
			break
		}
	}
	return "en"
}

func (a *app) demo(ctx context.Context, server, lang string) error {
	began := a.now()
	clouds, err := startClouds(a.now)
	if err != nil {
		return err
	}
	defer clouds.close()
	path, err := a.writeDemo(clouds, server)
	if err != nil {
		return err
	}
	a.configPath, a.statePath = path, ""
	fmt.Fprintf(a.out, `Two simulated clouds run on loopback: Volcengine at %s, Alibaba Cloud at %s.
Syncing %d days of one account of each through the real provider clients ...

`, clouds[0].URL(), clouds[1].URL(), demoDays)

	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if err := migrate(ctx, cfg); err != nil {
		return err
	}
	if err := a.runSync(ctx, syncOptions{}, "demo", recent(0, false)); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "\nThat took %.1f s. This is what goscan report says of it:\n\n", a.now().Sub(began).Seconds())
	if err := a.demoReport(ctx, cfg, lang); err != nil {
		return err
	}
	return a.printNext(path)
}

// demoReport prints the daily report of what was synced.
func (a *app) demoReport(ctx context.Context, cfg *config.Config, lang string) error {
	out := output{format: "text", lang: lang}
	if err := out.complete(a, cfg); err != nil {
		return usageError{err}
	}
	r, err := a.buildReport(ctx, cfg, report.Options{Kind: report.Daily, Closes: closes(cfg), Accounts: kinds(cfg)}, "")
	if err != nil {
		return err
	}
	return a.writeReport(r, out)
}

// migrate brings the schema up to date where the demo uses ClickHouse.
func migrate(ctx context.Context, cfg *config.Config) error {
	if cfg.ClickHouse == nil {
		return nil
	}
	server, err := clickHouseConfig(cfg.ClickHouse)
	if err == nil {
		_, err = clickhouse.Migrate(ctx, server, version())
	}
	return err
}

// printNext says what to type after the demo.
func (a *app) printNext(path string) error {
	_, err := fmt.Fprintf(a.out, `
The bills are still there (the clouds are not: they ended with the demo). Try next:

  %[1]s -c %[2]s report -o report.html
  %[1]s -c %[2]s report monthly --by service --by tag:team -o month.xlsx
  %[1]s -c %[2]s report --format wecom
  %[1]s -c %[2]s report backtest

With accounts of your own: %[1]s config init, fill in goscan.yaml, %[1]s sync --dry-run, %[1]s sync.
`, a.program, path)
	return err
}

// demoClouds are the simulated Volcengine and the simulated Alibaba Cloud.
type demoClouds [2]*simulator.Cloud

func startClouds(now func() time.Time) (demoClouds, error) {
	var clouds demoClouds
	for i, kind := range []string{simulator.Volcengine, simulator.Alicloud} {
		c, err := simulator.Start(kind, simulator.Options{Seed: demoSeed, Now: now})
		if err != nil {
			clouds.close()
			return demoClouds{}, err
		}
		clouds[i] = c
	}
	return clouds, nil
}

func (d demoClouds) close() {
	for _, c := range d {
		if c != nil {
			c.Close()
		}
	}
}

// writeDemo writes the demo's configuration into a folder of its own, where the state and the ledger will be too, and
// removes those of the last demo.
func (a *app) writeDemo(clouds demoClouds, server string) (path string, err error) {
	cache, err := a.cacheFolder()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "goscan", "demo")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	for _, file := range []string{sqlite.StateFile, sqlite.LedgerFile, sqlite.LockFile} {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(filepath.Join(folder, file+suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", err
			}
		}
	}
	text := fmt.Sprintf(demoConfig, folder, providers.DayOf(a.now())-demoDays, simulator.AccessKey, simulator.SecretKey, clouds[0].URL(), clouds[1].URL())
	if server != "" {
		host, port, err := net.SplitHostPort(server)
		if err != nil {
			return "", usageError{fmt.Errorf("--clickhouse %s: must be HOST:PORT", server)}
		}
		text += fmt.Sprintf("clickhouse:\n  hosts: [%q]\n  port: %s\n  database: %s\n", host, port, demoDatabase)
	}
	path = filepath.Join(folder, "goscan.yaml")
	return path, os.WriteFile(path, []byte(text), 0o600)
}

// demoConfig has the state folder, the first day, the simulator's keys and the two clouds' addresses.
const demoConfig = `# Written by goscan demo. The keys are the simulator's.
state: %[1]q
providers:
  volcengine:
    access_key: %[3]s
    secret_key: %[4]s
    endpoint: %[5]s
    since: %[2]s
    rate: 200
  alicloud:
    access_key_id: %[3]s
    access_key_secret: %[4]s
    endpoint: %[6]s
    since: %[2]s
    rate: 200
`

func (a *app) cacheFolder() (string, error) {
	for _, name := range []string{"XDG_CACHE_HOME", "LOCALAPPDATA"} { // the second is Windows's
		if folder := a.getenv(name); folder != "" {
			return folder, nil
		}
	}
	if home := a.getenv("HOME"); home != "" {
		return filepath.Join(home, ".cache"), nil
	}
	return "", withHint{usageError{errors.New("no folder for the demo: HOME is not set")}, "set HOME or XDG_CACHE_HOME"}
}
