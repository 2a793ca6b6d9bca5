package cmd_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/shopspring/decimal"

	"goscan/cmd"
	"goscan/providers"
	"goscan/providers/simulator"
	"goscan/store/clickhouse/chtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"goscan": func() { os.Exit(cmd.Main()) }})
}

// TestScripts runs the scripts of testdata/script, each with a simulated Volcengine and a simulated Alibaba Cloud of its
// own. A script's environment has VOLCENGINE and ALICLOUD, their addresses, KEY and SECRET, and days of UTC+8: TODAY,
// YESTERDAY, DAYS_AGO_n, THIS_MONTH, LAST_MONTH,
// CLOSED_MONTH and MONTHS_AGO_n.
func TestScripts(t *testing.T) { scripts(t, "../testdata/script", nil) }

// TestScriptsWithClickHouse runs those of testdata/script/clickhouse, which also have CH_HOST, CH_PORT and CH_DATABASE.
func TestScriptsWithClickHouse(t *testing.T) {
	scripts(t, "../testdata/script/clickhouse", chtest.Start(t))
}

func scripts(t *testing.T, folder string, server *chtest.Server) {
	testscript.Run(t, testscript.Params{
		Dir:                 folder,
		Setup:               func(env *testscript.Env) error { return setup(t, env, server) },
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "fault": fault, "heal": heal, "served": served, "sql": sql, "undated": undated,
			"messages": messages, "refuse": refuse, "surcharge": surcharge,
		},
	})
}

// clouds are the simulated clouds of a script, by kind.
type clouds map[string]*simulator.Cloud

type (
	cloudsKey struct{}
	connKey   struct{}
)

func setup(t *testing.T, env *testscript.Env, server *chtest.Server) error {
	all := clouds{}
	for _, kind := range []string{simulator.Volcengine, simulator.Alicloud} {
		c, err := simulator.Start(kind, simulator.Options{Seed: 7})
		if err != nil {
			return err
		}
		env.Defer(c.Close)
		all[kind] = c
		env.Setenv(strings.ToUpper(kind), c.URL())
	}
	env.Values[cloudsKey{}] = all
	if err := setupRobots(env); err != nil {
		return err
	}
	env.Setenv("KEY", simulator.AccessKey)
	env.Setenv("SECRET", simulator.SecretKey)
	env.Setenv("HOME", env.WorkDir+"/home")
	today := providers.DayOf(time.Now())
	env.Setenv("TODAY", today.String())
	env.Setenv("YESTERDAY", (today - 1).String())
	for _, n := range []int{2, 3, 4, 5, 10, 30} {
		env.Setenv("DAYS_AGO_"+strconv.Itoa(n), (today - providers.Day(n)).String())
	}
	for n := 3; n <= 6; n++ {
		env.Setenv("MONTHS_AGO_"+strconv.Itoa(n), (today.Month() - providers.Month(n)).String())
	}
	env.Setenv("THIS_MONTH", today.Month().String())
	env.Setenv("LAST_MONTH", (today.Month() - 1).String())
	env.Setenv("CLOSED_MONTH", (today.Month() - 2).String()) // surely
	if err := os.WriteFile(env.WorkDir+"/clouds.yaml", []byte(os.Expand(cloudsYAML, env.Getenv)), 0o600); err != nil {
		return err
	}
	if server != nil {
		env.Values[connKey{}] = server.Conn(t)
		env.Setenv("CH_HOST", server.Host)
		env.Setenv("CH_PORT", strconv.Itoa(server.Port))
		env.Setenv("CH_DATABASE", server.NewDatabase(t))
	}
	return nil
}

// cloudsYAML is the configuration that most scripts use: both clouds, since ten days ago, the state beside it.
const cloudsYAML = `state: state
report: {lang: en}
providers:
  volc:
    type: volcengine
    access_key: $KEY
    secret_key: $SECRET
    endpoint: $VOLCENGINE
    since: $DAYS_AGO_10
    rate: 200
  ali:
    type: alicloud
    access_key_id: $KEY
    access_key_secret: $SECRET
    endpoint: $ALICLOUD
    since: $DAYS_AGO_10
    rate: 200
`

// exits CODE COMMAND... runs a command and asserts its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// fault CLOUD EFFECT [day=DAY] [times=N] [wait=DURATION] breaks answers of a cloud. The effects have the simulator's names.
func fault(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fault CLOUD EFFECT [day=DAY] [times=N] [wait=DURATION]")
	}
	f := simulator.Fault{Effect: effect(ts, args[1])}
	for _, arg := range args[2:] {
		key, value, _ := strings.Cut(arg, "=")
		var err error
		switch key {
		case "day":
			var d providers.Day
			d, err = providers.ParseDay(value)
			f.When = func(r simulator.Request) bool { return r.Day == d }
		case "times":
			f.Times, err = strconv.Atoi(value)
		case "wait":
			f.Wait, err = time.ParseDuration(value)
		default:
			err = fmt.Errorf("%s is no option", key)
		}
		if err != nil {
			ts.Fatalf("fault %s: %v", arg, err)
		}
	}
	cloudOf(ts, args[0]).Inject(f)
}

func effect(ts *testscript.TestScript, name string) simulator.Effect {
	for e := simulator.None; e <= simulator.Forbidden; e++ {
		if e.String() == name {
			return e
		}
	}
	ts.Fatalf("%q is no effect", name)
	return simulator.None
}

// heal CLOUD removes the faults of a cloud and forgets what it served.
func heal(ts *testscript.TestScript, neg bool, args []string) {
	c := cloudOf(ts, args[0])
	c.Heal()
	c.Forget()
}

// served CLOUD N [DAY] asserts how many requests for days a cloud got since the start or the last heal, or for one day.
func served(ts *testscript.TestScript, neg bool, args []string) {
	n := cloudOf(ts, args[0]).Count(func(r simulator.Request) bool {
		return r.Day != 0 && (len(args) < 3 || r.Day.String() == args[2])
	})
	if (strconv.Itoa(n) == args[1]) == neg {
		ts.Fatalf("%s served %d requests", strings.Join(args, " "), n)
	}
}

// undated CLOUD MONTH adds a line that no day's answer shows, only the overview and the month-level answer.
func undated(ts *testscript.TestScript, neg bool, args []string) {
	m, err := providers.ParseMonth(args[1])
	ts.Check(err)
	c := cloudOf(ts, args[0])
	row := c.Row(m.First(), simulator.Charge{
		Product: "ECS", ProductName: "云服务器", Item: "adjustment", ItemCode: "adj", Resource: "i-undated",
		Quantity: "1", Unit: "piece", Price: "12.34", List: decimal.RequireFromString("12.34"),
	})
	ts.Check(c.SetUndated(m, []simulator.Row{row}))
}

// surcharge CLOUD DAY AMOUNT makes the cloud restate a day: it costs so much more.
func surcharge(ts *testscript.TestScript, neg bool, args []string) {
	d, err := providers.ParseDay(args[1])
	ts.Check(err)
	c := cloudOf(ts, args[0])
	row := c.Row(d, simulator.Charge{
		Product: "ECS", ProductName: "云服务器", Item: "late", ItemCode: "late", Resource: "i-late",
		Quantity: "1", Unit: "piece", Price: args[2], List: decimal.RequireFromString(args[2]),
	})
	ts.Check(c.SetDay(d, append(c.Day(d), row)))
}

// sql STATEMENT WANT runs a statement in the script's ClickHouse and asserts the one value that it returns, if any.
func sql(ts *testscript.TestScript, neg bool, args []string) {
	conn, ok := ts.Value(connKey{}).(driver.Conn)
	if neg || !ok || len(args) != 2 {
		ts.Fatalf("usage: sql STATEMENT WANT, in a script with ClickHouse")
	}
	if args[1] == "" {
		ts.Check(conn.Exec(context.Background(), args[0]))
		return
	}
	var got string
	ts.Check(conn.QueryRow(context.Background(), "SELECT toString(("+args[0]+"))").Scan(&got))
	if got != args[1] {
		ts.Fatalf("%s\nis %s, want %s", args[0], got, args[1])
	}
}

func cloudOf(ts *testscript.TestScript, kind string) *simulator.Cloud {
	c := ts.Value(cloudsKey{}).(clouds)[kind]
	if c == nil {
		ts.Fatalf("%q is no cloud", kind)
	}
	return c
}
