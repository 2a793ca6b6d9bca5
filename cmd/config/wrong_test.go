package config_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goscan/cmd/config"
)

const good = "providers:\n  volcengine: {access_key: a, secret_key: b}\n"

// wrong are files with what Load says about them; FILE stands for the file's path. A hint follows " | ".
var wrong = map[string]struct {
	text string
	want []string
}{
	"a misspelt key is named with its line and the right one, and nothing is said about the right one": {
		"providers:\n  prod:\n    type: volcengine\n    acess_key: a\n    secret_key: b\n",
		[]string{"providers.prod.acess_key (line 4): unknown key, did you mean access_key?"},
	},
	"a misspelt section": {
		"provider:\n  x: {}\n" + good,
		[]string{"provider (line 1): unknown key, did you mean providers?"},
	},
	"a key in other letters": {
		"clickhouse: {hosts: [a], userName: b, CA-file: c}\n",
		[]string{
			"clickhouse.userName (line 1): unknown key, did you mean username?",
			"clickhouse.CA-file (line 1): unknown key, did you mean ca_file?",
		},
	},
	"a key like no other lists those that there are": {
		"report: {colours: many}\n",
		[]string{"report.colours (line 1): unknown key, known are lang, tags, font_file"},
	},
	"an account beside providers": {
		"volcengine: {access_key: a}\n",
		[]string{"volcengine (line 1): unknown key, did you mean providers.volcengine?"},
	},
	"everything wrong is told at once, in the order of the file": {
		"log:\n  level: loud\n  fromat: text\nproviders:\n  volcengine:\n    access_key: ${GONE}\n    secret_key: b\n    rate: fast\n  alicloud:\n    secret_key: c\nclickhouse:\n  port: nine\n",
		[]string{
			"log.level (line 2): must be one of debug, info, warn, error",
			"log.fromat (line 3): unknown key, did you mean format?",
			"providers.volcengine.access_key (line 6): the environment variable GONE is not set | set GONE, or write ${GONE:-} if it may be empty",
			"providers.volcengine.rate (line 8): must be a number",
			"providers.alicloud.access_key (line 9): is missing | create one in the console",
			"clickhouse.hosts (line 11): is missing",
			"clickhouse.port (line 12): must be a whole number",
		},
	},
	"a key twice": {
		"state: a\nproviders:\n  volcengine: {access_key: a, secret_key: b}\nstate: b\n",
		[]string{"state (line 4): is already set in line 1"},
	},
	"a variable with a message of its own": {
		good + "state: ${GOSCAN_DIR:?ask the operators}\n",
		[]string{"state (line 3): the environment variable GOSCAN_DIR is not set: ask the operators"},
	},
	"a variable inside a list": {
		"clickhouse:\n  hosts:\n    - a\n    - ${GONE}\n",
		[]string{"clickhouse.hosts[1] (line 4): the environment variable GONE is not set | set GONE, or write ${GONE:-} if it may be empty"},
	},
	"an open brace": {
		"state: \"${HOME\"\n",
		[]string{"state (line 1): ${ without }; write $$ for a $"},
	},
	"a nested variable": {
		"state: ${A:-${B}}\n",
		[]string{"state (line 1): ${A...} holds another ${: they do not nest"},
	},
	"an operator of the shell that is none here": {
		"state: ${A%x}\n",
		[]string{"state (line 1): ${A...} is none of ${NAME}, ${NAME:-default} and ${NAME:?message}"},
	},
	"wrong types": {
		"clickhouse:\n  hosts: {a: b}\n  secure: maybe\n  username: [x]\nlog: loud\nproviders:\n  volcengine:\n    access_key: a\n    secret_key: b\n    since: 2026-02-30\n    timeout: 5\n    dry: 1\n    lookback: 1.5\n    labels: x\n",
		[]string{
			"clickhouse.hosts (line 2): must be a list",
			"clickhouse.secure (line 3): must be true or false",
			"clickhouse.username (line 4): must be one value, not a map or a list",
			"log (line 5): must be a map of keys (key: value)",
			"providers.volcengine.since (line 10): must be a day (YYYY-MM-DD)",
			"providers.volcengine.timeout (line 11): must be a duration such as 90s or 5m",
			"providers.volcengine.dry (line 12): must be true or false",
			"providers.volcengine.lookback (line 13): must be a whole number",
			"providers.volcengine.labels (line 14): must be a map of keys (key: value)",
		},
	},
	"numbers out of their range": {
		"clickhouse: {hosts: [a], port: 70000}\nproviders:\n  volcengine:\n    access_key: a\n    secret_key: b\n    since: 2026-11-24\n    lookback: 63\n    rate: 0\n",
		[]string{
			"clickhouse.port (line 1): must be from 1 to 65535",
			"providers.volcengine.since (line 6): is in the future",
			"providers.volcengine.lookback (line 7): must be a number of days from 0 to 62",
			"providers.volcengine.rate (line 8): must be above 0 and at most 1000 requests per second",
		},
	},
	"hosts that are more than hosts": {
		"clickhouse:\n  hosts: ['a:9000', 'tcp://u:p@h', '', '::1']\n",
		[]string{
			"clickhouse.hosts[0] (line 2): must be without port: clickhouse.port is the port",
			"clickhouse.hosts[1] (line 2): must be a name or an address alone, without scheme, user or path",
			"clickhouse.hosts[2] (line 2): is empty",
		},
	},
	"a section without keys is not silently no section": {
		"clickhouse:\n" + good,
		[]string{
			"clickhouse (line 1): is empty | remove it to use the embedded ledger",
		},
	},
	"certificates without TLS": {
		"clickhouse:\n  hosts: [a]\n  ca_file: x\n  cert_file: x\n  key_file: x\n  server_name: x\n",
		[]string{
			"clickhouse.ca_file (line 3): is of no use without secure: true",
			"clickhouse.cert_file (line 4): is of no use without secure: true",
			"clickhouse.key_file (line 5): is of no use without secure: true",
			"clickhouse.server_name (line 6): is of no use without secure: true",
		},
	},
	"a certificate without its key": {
		"clickhouse: {hosts: [a], secure: true, cert_file: x}\n",
		[]string{"clickhouse.cert_file (line 1): needs its key: key_file"},
	},
	"a key without its certificate": {
		"clickhouse: {hosts: [a], secure: true, key_file: x}\n",
		[]string{"clickhouse.key_file (line 1): needs its certificate: cert_file"},
	},
	"words that ClickHouse's settings do not know": {
		"clickhouse:\n  hosts: [a]\n  protocol: https\n  balance: random\n  compression: gzip\n  dial_timeout: 5\n  query_timeout: 0s\n",
		[]string{
			"clickhouse.protocol (line 3): must be one of native, http",
			"clickhouse.balance (line 4): must be one of in_order, round_robin",
			"clickhouse.compression (line 5): must be one of lz4, zstd, none",
			"clickhouse.dial_timeout (line 6): must be a duration such as 90s or 5m",
			"clickhouse.query_timeout (line 7): must be more than 0, such as 2m0s",
		},
	},
	"a cluster that SQL could not name": {
		"clickhouse:\n  hosts: [a]\n  cluster: \"x' y\"\n  zookeeper_path: /a/{shard}\n",
		[]string{
			"clickhouse.cluster (line 3): must be a name of letters, digits, -, _ and ., as under remote_servers",
			"clickhouse.zookeeper_path (line 4): must be the same on every server: goscan adds the database, the shard and the table",
		},
	},
	"a path that is none": {
		"clickhouse: {hosts: [a], cluster: b, zookeeper_path: clickhouse/}\n",
		[]string{"clickhouse.zookeeper_path (line 1): must be a path such as /clickhouse/goscan"},
	},
	"a path without a cluster": {
		"clickhouse: {hosts: [a], zookeeper_path: /b}\n",
		[]string{"clickhouse.zookeeper_path (line 1): is of no use without cluster"},
	},
	"an account named with letters that names do not have": {
		"providers:\n  Prod_CN: {type: volcengine}\n  -x: {type: volcengine}\n",
		[]string{
			"providers.Prod_CN (line 2): is no name for an account: a-z, 0-9 and -, at most 40, and no - in front",
			"providers.-x (line 3): is no name for an account: a-z, 0-9 and -, at most 40, and no - in front",
		},
	},
	"an unknown provider": {
		"providers:\n  prod: {type: alycloud}\n  test: {}\n  volcengin: {}\n",
		[]string{
			"providers.prod.type (line 2): unknown provider, known are alicloud, volcengine; did you mean alicloud?",
			"providers.test (line 3): has no type, and its name is none of alicloud, volcengine",
			"providers.volcengin (line 4): has no type, and its name is none of alicloud, volcengine; did you mean type: volcengine?",
		},
	},
	"what the cloud says about its keys comes with their lines": {
		"providers:\n  volcengine:\n    access_key: a\n    site: mars\n",
		[]string{
			"providers.volcengine.secret_key (line 2): is missing",
			"providers.volcengine.site (line 4): must be china",
		},
	},
	"an account that is no map": {
		"providers:\n  volcengine: x\n  alicloud: [y]\n",
		[]string{
			"providers.volcengine (line 2): must be a map of keys (key: value)",
			"providers.alicloud (line 3): must be a map of keys (key: value)",
		},
	},
	"providers as a list": {
		"providers:\n  - volcengine\n",
		[]string{"providers (line 1): must be a map of accounts"},
	},
	"keys of the earlier daemon name what replaces them": {
		"scheduler: {enabled: true}\nwechat: {webhook_url: x}\nserver: {port: 80}\nproviders:\n  volcengine: {access_key: a, secret_key: b, daily_table: c}\n",
		[]string{
			"scheduler (line 1): is a key of the earlier daemon | remove it: Goscan does not stay running, goscan schedule writes what starts it (systemd, cron, Kubernetes, CI)",
			"wechat (line 2): is a key of the earlier daemon | remove it: notify.wecom takes its place",
			"server (line 3): is a key of the earlier daemon | remove it: Goscan has no server, its commands print JSON with --json",
			"providers.volcengine.daily_table (line 5): is a key of the earlier daemon | remove it: the bills of all accounts are in one table",
		},
	},
	"channels": {
		good + `
notify:
  robot: {type: wecm}
  WeCom: {}
  nobody: {}
  wecom: {webhok_url: x, kinds: [daily, hourly], min_severity: high, lang: fr, max_age: soon, proxy: "nowhere"}
`,
		[]string{
			"notify.robot.type (line 5): unknown channel, known are wecom; did you mean wecom?",
			"notify.WeCom (line 6): is no name for a channel: a-z, 0-9 and -, at most 40, and no - in front",
			"notify.nobody (line 7): has no type, and its name is none of wecom",
			"notify.wecom.webhok_url (line 8): unknown key, did you mean webhook_url?",
			`notify.wecom.kinds (line 8): has "hourly", which is no kind of message | use daily, weekly, monthly, anomalies, failures`,
			`notify.wecom.min_severity (line 8): is "high" | use info, warning or critical`,
			`notify.wecom.lang (line 8): is "fr" | use zh or en`,
			`notify.wecom.max_age (line 8): is "soon" | write a time like "12h"`,
			"notify.wecom.proxy (line 8): is no address of a proxy | write http://[user:password@]host:port",
		},
	},
	"budgets": {
		good + `
budgets:
  - {name: a, amount: 12.5O, currency: rmb, thresholds: [100, 80]}
  - {name: a, amount: -1}
  - {amuont: 5, amount: 5}
`,
		[]string{
			"budgets[0].amount (line 5): must be an amount, in digits and a point",
			"budgets[0].currency (line 5): must be a currency (CNY)",
			"budgets[0].thresholds (line 5): must be percents from 1 to 1000, in ascending order",
			"budgets[1].name (line 6): is the name of another budget too",
			"budgets[1].amount (line 6): must be an amount above 0",
			"budgets[2].amuont (line 7): unknown key, did you mean amount?",
			"budgets[2].name (line 7): is missing",
		},
	},
	"expected costs and the limits of anomalies": {
		good + `
expected:
  - {account: a, from: 2026-11-11, to: 2026-11-10, reason: sale}
  - {service: ecs}
anomalies: {sensitivity: 40, min_percent: -1, min_amount: {CNY: -5, Yuan: 1}}
`,
		[]string{
			"expected[0].to (line 5): is before from",
			"expected[1].from (line 6): is missing",
			"expected[1].to (line 6): is missing",
			"expected[1].reason (line 6): is missing",
			"anomalies.sensitivity (line 7): must be above 0 and at most 20 (3 is touchy, 4 the default, 6 calm)",
			"anomalies.min_percent (line 7): must be above 0 and at most 1000",
			"anomalies.min_amount.CNY (line 7): must not be negative",
			"anomalies.min_amount.Yuan (line 7): must be a currency (CNY)",
		},
	},
	"no bytes":       {"", []string{"FILE: is empty | goscan config init --force writes an example"}},
	"only a comment": {"# later\n", []string{"FILE: is empty | goscan config init --force writes an example"}},
	"a list":         {"- a\n", []string{"FILE (line 1): is no map of keys (key: value)"}},
	"a text":         {"volcengine\n", []string{"FILE (line 1): is no map of keys (key: value)"}},
	"a tab":          {"providers:\n\tvolcengine:\n", []string{"FILE (line 2): a tab in the indentation | indent with spaces"}},
	"another encoding": {
		"state: a\n# caf\xe9\n",
		[]string{"FILE (line 2): is not valid UTF-8 | save the file as UTF-8"},
	},
	"a control character": {"state: a\x01\n", []string{"FILE (line 1): has a control character"}},
	"an open bracket":     {"a: 1\nb: [1\nc: 2\n", []string{"FILE (line 2): a [ or { is not closed | inside { } and [ ], quote a value that holds ${NAME}"}},
	"an open quote":       {"a: 1\nb: 'x\n", []string{"FILE (line 2): a quote is not closed"}},
	"the first key out of line": {
		" a: 1\nb: 2\n",
		[]string{"FILE (line 2): the indentation does not fit the lines above | keys of one map begin in one column"},
	},
	"keys out of line": {
		"a:\n  b: 1\n c: 2\n",
		[]string{"FILE (line 3): the indentation does not fit the lines above | keys of one map begin in one column"},
	},
	"a key without its space": {
		"access_key:AK\nb: c\n",
		[]string{"FILE (line 2): a second colon, or a line before it that is no key: value | quote a value that holds a colon and a space"},
	},
	"a value that begins with a star": {
		"a: 1\nb: *secret\n",
		[]string{"FILE (line 2): a value begins with * and names no anchor | quote values that begin with *"},
	},
	"two documents": {"state: a\n---\nstate: b\n", []string{"FILE (line 2): has a second document (---) | one file is one document"}},
	"a value with a tag": {
		"state: !secret x\n",
		[]string{"state (line 1): has a YAML tag (!) that means nothing here | quote values that begin with !"},
	},
	"an anchor inside itself": {
		"log: &x\n  <<: *x\n",
		[]string{"log (line 2): an alias inside its own anchor"},
	},
	"a merge of a text": {
		"log: {<<: x}\n",
		[]string{"log.<< (line 1): merges something that is no map"},
	},
	"a key that is a list": {"log: {[a]: b}\n", []string{"log (line 1): has a key that is no word"}},
	"a key with a line end": {
		"log: {\"a\\nb\": c}\n",
		[]string{`log."a\nb" (line 1): unknown key, known are level, format, file`},
	},
	"lists and nothing where one value is wanted": {
		"providers:\n  volcengine:\n    access_key: [a]\n    secret_key_file: [b]\n    since: [c]\n  alicloud:\n    type: [d]\n  prod:\n    type: ${GONE}\n  test: ${GONE:?no}\n",
		[]string{
			"providers.volcengine.access_key (line 3): must be one value, not a map or a list",
			"providers.volcengine.secret_key_file (line 4): must be the path of a file",
			"providers.volcengine.since (line 5): must be one value, not a map or a list",
			"providers.alicloud.type (line 7): must be one of alicloud, volcengine",
			"providers.prod.type (line 9): the environment variable GONE is not set | set GONE, or write ${GONE:-} if it may be empty",
			"providers.test (line 10): the environment variable GONE is not set: no",
		},
	},
	"an empty or unset name of a secret's file": {
		"providers:\n  volcengine:\n    access_key: a\n    secret_key_file:\n  alicloud:\n    access_key: a\n    secret_key_file: ${GONE}\n",
		[]string{
			"providers.volcengine.secret_key (line 4): is missing",
			"providers.alicloud.secret_key_file (line 7): the environment variable GONE is not set | set GONE, or write ${GONE:-} if it may be empty",
		},
	},
	"a very long key is cut": {
		strings.Repeat("k", 50) + ": a\n",
		[]string{strings.Repeat("k", 40) + "... (line 1): unknown key, known are clickhouse, providers, state, report, budgets, expected, anomalies, notify, metrics, heartbeat_url, heartbeat_url_file, log"},
	},
	"an error behind the first document": {"state: a\n---\n[\n", []string{"FILE (line 4): a [ or { is not closed | inside { } and [ ], quote a value that holds ${NAME}"}},
	"a version of YAML that is none":     {"%YAML 9.0\n---\na: 1\n", []string{"FILE: is no valid YAML"}},
	"a very large file":                  {"# " + strings.Repeat("x", 1<<20), []string{"FILE: is larger than 1 MiB"}},
	"a secret and its file": {
		"clickhouse: {hosts: [a], password: x, password_file: y}\n",
		[]string{"clickhouse.password_file (line 1): is set beside password: keep one of them"},
	},
	"a _file of a key that is no secret": {
		"clickhouse: {hosts: [a], username_file: y}\n",
		[]string{"clickhouse.username_file (line 1): unknown key, did you mean username?"},
	},
}

func TestWrong(t *testing.T) {
	for name, c := range wrong {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t)
			path := s.write(t, "goscan.yaml", c.text)
			_, err := config.Load(s.options(path))
			if diff := cmp.Diff(c.want, lines(err, path)); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestAliasesThatMultiplyEnd(t *testing.T) {
	var text strings.Builder
	text.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 8 {
		from, to := string(rune('0'+i)), string(rune('1'+i))
		text.WriteString("a" + to + ": &a" + to + " [" + strings.Repeat("*a"+from+", ", 9) + "*a" + from + "]\n")
	}
	s := newSetup(t)
	_, err := s.load(t, text.String())
	if err == nil || !strings.Contains(err.Error(), "the aliases make more than 10,000 values") {
		t.Errorf("got %.200v", err)
	}
}

// TestNoSecretIsPrinted puts a secret into every place where a mistake may put one.
func TestNoSecretIsPrinted(t *testing.T) {
	const canary = "CANARY7f3c"
	for _, text := range []string{
		"providers:\n  volcengine:\n    access_key:" + canary + "\n    secret_key: b\n",
		"providers:\n  volcengine:\n    access_key: *" + canary + "\n",
		"providers:\n  volcengine:\n    access_key: !" + canary + " x\n",
		"providers:\n  volcengine:\n    access_key: ${" + canary[:0] + "\n",
		"providers:\n  volcengine:\n    access_key: \"" + canary + "\n",
		"providers:\n  volcengine:\n    access_key: @" + canary + "\n",
		"providers:\n\tvolcengine:\n    access_key: " + canary + "\n",
		"providers:\n  volcengine: " + canary + "\n",
		"providers: " + canary + "\n",
		canary + "\n",
		"clickhouse: {hosts: ['tcp://u:" + canary + "@h'], port: " + canary + ", secure: " + canary + "}\n",
		"clickhouse: {hosts: [h], password: [" + canary + "]}\n",
		"clickhouse: {hosts: [h], password: {" + canary + ": x}}\n",
		"providers:\n  volcengine: {type: " + canary + "}\n",
		"providers:\n  volcengine: {rate: " + canary + ", since: " + canary + ", lookback: " + canary + ", dry: " + canary + ", timeout: " + canary + "}\n",
		"providers:\n  volcengine: {access_key: a, secret_key: " + canary + ", site: chatty}\n",
		"providers:\n  volcengine: {access_key: a, secret_key: " + canary + ", site: rude}\n",
		"log: {level: " + canary + ", format: " + canary + "}\nreport: {lang: " + canary + "}\n",
		"state: ${X:" + canary + "}\n",
		"state: ${X:-${" + canary + "}}\n",
		"state: 'p$$w${" + canary + "'\n",
	} {
		_, err := newSetup(t).load(t, text)
		if err == nil {
			t.Errorf("%q: no error", text)
			continue
		}
		for _, line := range lines(err, "") {
			if strings.Contains(line, canary) {
				t.Errorf("%q: the secret is in %q", text, line)
			}
		}
	}
}

func TestErrorsCanBeTakenApart(t *testing.T) {
	s := newSetup(t)
	_, err := config.Load(s.options(s.home + "/none.yaml"))
	one, ok := errors.AsType[*config.Error](err)
	if !ok || one.Problem != "no such file or directory" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// lines returns what is wrong, each with its hint.
func lines(err error, path string) []string {
	var all config.Errors
	if !errors.As(err, &all) {
		if err == nil {
			return nil
		}
		return []string{"not of type Errors: " + err.Error()}
	}
	var texts []string
	for _, e := range all {
		text := e.Error()
		if path != "" {
			text = strings.ReplaceAll(text, path, "FILE")
		}
		if e.Hint != "" {
			text += " | " + e.Hint
		}
		texts = append(texts, text)
	}
	return texts
}
