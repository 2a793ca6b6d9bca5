package cmd_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"goscan/cmd"
	"goscan/providers"
	"goscan/providers/simulator"
	"goscan/store/clickhouse/chtest"
)

// The canaries: what no command may ever show, store or log.
const (
	volcAccess = "AKLTcage1nightingale"
	volcSecret = "Wren/sings+at=dawn&dusk=="
	volcToken  = "STSsparrow+over/rooftops="
	aliAccess  = "LTAIgoldfinch5branch"
	aliSecret  = "Bullfinch+nest/7&eggs=="
	aliToken   = "CAISkingfisher/by+river="
	chPassword = `owl"at\midnight&moon <hoots>`

	robotKey    = "nightjar-0aa1-calls-in-the-dark"
	robotToken  = "bittern/booms+in=reeds"
	robotSecret = "SECcorncrake-in-the-hay-4711"
	hookSecret  = "capercaillie:lek&dance"
	hookHeader  = "Bearer dotterel+on/the=fell"
	mailSecret  = "firecrest'in\"the yew"

	beatKey    = "ptarmigan-0c55-in-the-snow"
	gatewayKey = "whimbrel+seven/whistles"
)

func canaries() map[string]string {
	return map[string]string{
		"Volcengine's access key": volcAccess, "Volcengine's secret key": volcSecret, "Volcengine's session token": volcToken,
		"Alibaba's access key": aliAccess, "Alibaba's secret": aliSecret, "Alibaba's security token": aliToken,
		"ClickHouse's password": chPassword,
		"WeCom's key":           robotKey, "a robot's token": robotToken, "a robot's secret": robotSecret,
		"a webhook's secret": hookSecret, "a webhook's header": hookHeader, "the mail's password": mailSecret,
		"the heartbeat's key": beatKey, "the gateway's password": gatewayKey,
	}
}

// A scene is where commands run: how they get the secrets, who answers them, and where they log.
type scene struct {
	keys       string // literal, variable, file or ambient: where the clouds' secrets come from
	log        string // format and place
	clouds     string // tattling, refusing connections, no TLS, or answering
	clickHouse string // none, tattling, or address and database of a real one
	channels   bool   // there are some, and their servers tell what they know
}

func scenes() map[string]scene {
	return map[string]scene{
		"keys in the file":            {"literal", "text stderr", "tattling", "none", true},
		"keys in variables":           {"variable", "json file", "tattling", "none", false},
		"keys in files, a ClickHouse": {"file", "json stderr", "tattling", "tattling", false},
		"the clouds' own variables":   {"ambient", "text file", "tattling", "none", false},
		"ambient keys, JSON":          {"ambient", "json file", "tattling", "none", false},
		"nobody listens":              {"ambient", "json stderr", "silent", "none", false},
		"no TLS":                      {"literal", "text file", "no TLS", "none", false},
		"rows that tell":              {"ambient", "json stderr", "rows", "none", false},
		"clouds that answer":          {"variable", "json file", "answering", "none", true},
	}
}

// longestRun is how long a command may try before it is interrupted. Clouds that do not answer are worth minutes of patience
// to goscan, but not to its tests.
func (s scene) longestRun() time.Duration {
	if s.clouds == "silent" || s.clouds == "no TLS" {
		return 2500 * time.Millisecond
	}
	return 30 * time.Second
}

// TestNoCommandTellsASecret runs every command that there is in every scene, and looks for the canaries wherever something
// was written. A command that cannot run without arguments is run with those that canaryArgs knows. The scenes wait more than
// they work, so all run at once, whatever -parallel says.
func TestNoCommandTellsASecret(t *testing.T) {
	commands := allCommands(t)
	var mu sync.Mutex
	used := map[string]bool{} // commands that did more than to complain about their arguments
	var all sync.WaitGroup
	for name, s := range scenes() {
		all.Go(func() {
			t.Run(name, func(t *testing.T) {
				c := newCage(t, s)
				for _, command := range commands {
					if code := c.run(t, command); code != 2 {
						mu.Lock()
						used[command] = true
						mu.Unlock()
					}
				}
				c.search(t)
			})
		})
	}
	all.Wait()
	for _, command := range commands {
		if !used[command] {
			t.Errorf("goscan %s only complains about its usage: add its arguments to canaryArgs", command)
		}
	}
}

// TestNoSecretIsStoredInClickHouse syncs a cloud that answers, beside one that tattles, and searches every table.
func TestNoSecretIsStoredInClickHouse(t *testing.T) {
	server := chtest.Start(t)
	c := newCage(t, scene{"ambient", "json file", "half", fmt.Sprintf("{hosts: [%q], port: %d, database: %s}", server.Host, server.Port, server.Database), false})
	for _, command := range []string{"schema migrate", "sync", "report daily", "schema status"} {
		if code := c.run(t, command); code != 0 && command != "sync" {
			t.Fatalf("%s: exit code %d:\n%s", command, code, &c.printed)
		}
	}
	lines := 0
	for table, rows := range tables(t, server) {
		lines += len(rows)
		c.lookAt(t, "table "+table, []byte(strings.Join(rows, "\n")))
	}
	if lines < 100 {
		t.Errorf("only %d rows are stored: nothing was proved\n%s", lines, &c.printed)
	}
	c.search(t)
}

// tables returns every row of every table of a server's database, as text.
func tables(t *testing.T, server *chtest.Server) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, table := range column(t, server, "SELECT name FROM system.tables WHERE database = '"+server.Database+"'") {
		all[table] = column(t, server, fmt.Sprintf("SELECT toString(tuple(*)) FROM %s.`%s`", server.Database, table))
	}
	return all
}

// column returns the answer to a query of one column of texts.
func column(t *testing.T, server *chtest.Server, query string) (texts []string) {
	t.Helper()
	rows, err := server.Conn(t).Query(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		texts = append(texts, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return texts
}

// canaryArgs are the arguments of commands that need some, or that would spoil the scene without.
func (c *cage) canaryArgs(command string) []string {
	lastMonth := (providers.DayOf(time.Now()).Month() - 1).String()
	switch command {
	case "backfill":
		return []string{"--from", lastMonth, "--to", lastMonth}
	case "config init":
		return []string{"--config", "new.yaml"}
	case "completion":
		return []string{"bash"}
	case "config policy":
		return []string{"clickhouse"}
	case "export":
		return []string{"--month", lastMonth, "--format", "csv", "-o", "bills.csv"}
	case "import":
		return []string{"bills.csv"}
	case "schema copy":
		return []string{"--from", "clickhouse", "--to", "ledger"}
	case "verify":
		return []string{"--month", lastMonth}
	case "prune":
		return []string{"--keep", "4", "--yes"}
	case "state backup":
		return []string{"copy.db", "--force"}
	case "schedule alert":
		return []string{"goscan-sync.service"}
	case "sync":
		if c.notifies {
			return []string{"--notify-on", "failure,unreconciled"}
		}
	case "report daily", "report weekly":
		if c.notifies {
			return []string{"--notify"}
		}
	}
	return nil
}

// allCommands returns the commands, those that are not in the help texts too.
func allCommands(t *testing.T) []string {
	t.Helper()
	all := slices.Sorted(maps.Keys(cmd.Commands()))
	for _, known := range []string{"sync", "backfill", "report daily", "notify test", "schema migrate", "config show"} {
		if !slices.Contains(all, known) {
			t.Fatalf("%s is not among the commands %q", known, all)
		}
	}
	// The demo reads no configuration and has clouds and keys of its own.
	return slices.DeleteFunc(all, func(words string) bool { return words == "demo" })
}

// A cage is a scene that is set up.
type cage struct {
	folder   string
	env      []string
	printed  bytes.Buffer // by all commands, with their names
	tattlers []*tattler
	longest  time.Duration // that a command may run
	notifies bool          // there are channels
}

func newCage(t *testing.T, s scene) *cage {
	t.Helper()
	c := &cage{folder: t.TempDir(), longest: s.longestRun(), notifies: s.channels}
	c.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + c.folder, "GOSCAN_CONFIG=goscan.yaml", "NO_COLOR=1"}
	volc, ali := c.keys(t, s.keys)
	volcURL, aliURL := c.endpoints(t, s.clouds)
	since := (providers.DayOf(time.Now()) - 3).String()
	format, place, _ := strings.Cut(s.log, " ")
	text := "state: state\nlog: {level: debug, format: " + format + map[string]string{"file": ", file: goscan.log", "stderr": ""}[place] + "}\n"
	switch s.clickHouse {
	case "none":
	case "tattling":
		host, port := rawServer(t, tattlingClickHouse(chPassword))
		text += "clickhouse: {hosts: [" + host + "], port: " + port + ", username: bird, password_file: clickhouse, database: billing}\n"
		c.write(t, "clickhouse", chPassword+"\n")
	default:
		text += "clickhouse: " + s.clickHouse + "\n"
	}
	text += "providers:\n  volc: {type: volcengine, since: " + since + ", rate: 500, endpoint: \"" + volcURL + "\"" + volc + "}\n" +
		"  ali: {type: alicloud, since: " + since + ", rate: 500, endpoint: \"" + aliURL + "\"" + ali + "}\n"
	if s.channels {
		text += c.channels(t) + c.watchers(t)
	}
	c.write(t, "goscan.yaml", text)
	return c
}

// channels returns the section notify of a scene: each channel's server knows what it is sent, and tells it.
func (c *cage) channels(t *testing.T) string {
	t.Helper()
	text := "notify:\n"
	for _, ch := range []struct {
		yaml  string
		knows []string
	}{
		{`wecom: {webhook_url: "URL/cgi-bin/webhook/send?key=` + robotKey + `"}`, []string{robotKey}},
		{`dingtalk: {webhook_url: "URL/robot/send?access_token=` + url.QueryEscape(robotToken) + `", secret: "` + robotSecret + `"}`, []string{robotToken, robotSecret}},
		{`slack: {webhook_url: "URL/services/T0/B0/` + robotKey + `"}`, []string{robotKey}},
		{`webhook: {webhook_url: "URL/hook", secret: "` + hookSecret + `", headers: {Authorization: "` + hookHeader + `"}}`, []string{hookSecret, hookHeader}},
	} {
		gossip := newTattler(t, ch.knows...)
		c.tattlers = append(c.tattlers, gossip)
		text += "  " + strings.Replace(ch.yaml, "URL", gossip.url, 1) + "\n"
	}
	c.write(t, "mail", mailSecret+"\n")
	port := tattlingMail(t, mailSecret)
	return text + "  email: {host: 127.0.0.1, port: " + port + ", tls: none, username: bird, password_file: mail, from: a@example.test, to: [b@example.test]}\n"
}

// watchers returns the sections of those who watch runs from outside: a heartbeat and a Pushgateway, which tell, too.
func (c *cage) watchers(t *testing.T) string {
	t.Helper()
	beat, gateway := newTattler(t, beatKey), newTattler(t, gatewayKey)
	c.tattlers = append(c.tattlers, beat, gateway)
	c.write(t, "gateway", gatewayKey+"\n")
	return "heartbeat_url: " + beat.url + "/ping/" + beatKey + "\nmetrics: {pushgateway: \"" + gateway.url + "\", username: bird, password_file: gateway}\n"
}

func (c *cage) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// keys hands over the clouds' secrets, and returns what the file says of them, in YAML.
func (c *cage) keys(t *testing.T, how string) (volc, ali string) {
	t.Helper()
	for _, k := range []struct {
		yaml              *string
		name, env, canary string
	}{
		{&volc, "access_key", "VOLCENGINE_ACCESS_KEY", volcAccess},
		{&volc, "secret_key", "VOLCENGINE_SECRET_KEY", volcSecret},
		{&volc, "session_token", "VOLCENGINE_SESSION_TOKEN", volcToken},
		{&ali, "access_key_id", "ALIBABA_CLOUD_ACCESS_KEY_ID", aliAccess},
		{&ali, "access_key_secret", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", aliSecret},
		{&ali, "security_token", "ALIBABA_CLOUD_SECURITY_TOKEN", aliToken},
	} {
		switch how {
		case "literal":
			*k.yaml += ", " + k.name + ": '" + k.canary + "'"
		case "variable":
			*k.yaml += ", " + k.name + ": \"${BIRD_" + k.env + "}\""
			c.env = append(c.env, "BIRD_"+k.env+"="+k.canary)
		case "file":
			*k.yaml += ", " + k.name + "_file: " + k.name
			c.write(t, k.name, k.canary+"\n")
		default:
			c.env = append(c.env, k.env+"="+k.canary)
		}
	}
	return volc, ali
}

// endpoints starts the clouds of a scene.
func (c *cage) endpoints(t *testing.T, how string) (volc, ali string) {
	t.Helper()
	v := newTattler(t, volcAccess, volcSecret, volcToken)
	a := newTattler(t, aliAccess, aliSecret, aliToken)
	c.tattlers = []*tattler{v, a}
	switch how {
	case "silent": // the port is somebody's, but nobody listens
		host, port := rawServer(t, func([]byte, int) []byte { return nil })
		return "http://127.0.0.1:1", "http://" + host + ":" + port
	case "no TLS":
		host, port := rawServer(t, func(heard []byte, _ int) []byte { return append([]byte(volcAccess+aliAccess+volcSecret), heard...) })
		return "https://" + host + ":" + port, "https://" + strings.TrimPrefix(a.url, "http://")
	case "rows":
		return tellingRows(t, volcAccess), tellingRows(t, aliAccess)
	case "answering":
		return answering(t, simulator.Volcengine, volcAccess), answering(t, simulator.Alicloud, aliAccess)
	case "half":
		return answering(t, simulator.Volcengine, volcAccess), a.url
	}
	return v.url, a.url
}

func answering(t *testing.T, kind, key string) string {
	t.Helper()
	cloud, err := simulator.Start(kind, simulator.Options{Seed: 5, AccessKey: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cloud.Close)
	return cloud.URL()
}

// run runs a command, looks at its arguments as others see them, and returns its exit code.
func (c *cage) run(t *testing.T, command string) int {
	t.Helper()
	for _, s := range c.tattlers {
		s.again()
	}
	ctx, cancel := context.WithTimeout(t.Context(), c.longest)
	defer cancel()
	run := exec.CommandContext(ctx, "goscan", append(append(strings.Fields(command), c.canaryArgs(command)...), "-v")...)
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.WaitDelay = 20 * time.Second
	run.Dir, run.Env = c.folder, c.env
	var out bytes.Buffer
	run.Stdout, run.Stderr = &out, &out
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	if seen, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", run.Process.Pid)); err == nil {
		c.lookAt(t, "the arguments of "+command, seen)
	}
	err := run.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && ctx.Err() == nil {
		t.Fatalf("%s: %v", command, err)
	}
	fmt.Fprintf(&c.printed, "\n$ goscan %s (%v)\n%s", command, err, &out)
	return run.ProcessState.ExitCode()
}

// search looks for the canaries in everything that was printed, and in every file that goscan wrote.
func (c *cage) search(t *testing.T) {
	t.Helper()
	given := []string{"goscan.yaml", "clickhouse", "mail", "gateway", "access_key", "secret_key", "session_token", "access_key_id", "access_key_secret", "security_token"}
	c.lookAt(t, "what was printed", c.printed.Bytes())
	files := map[string]int{}
	err := filepath.WalkDir(c.folder, func(path string, entry fs.DirEntry, err error) error {
		name, relErr := filepath.Rel(c.folder, path)
		if err = errors.Join(err, relErr); err != nil || entry.IsDir() || slices.Contains(given, name) {
			return err
		}
		text, err := os.ReadFile(path)
		files[name] = len(text)
		c.lookAt(t, name, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.printed.Len() < 2000 || files["new.yaml"] == 0 && files["goscan.log"] == 0 {
		t.Errorf("%d bytes were printed, files %v: nothing was proved", c.printed.Len(), files)
	}
	t.Logf("searched %d bytes of output and %v", c.printed.Len(), files)
}

// lookAt fails the test when a text holds a canary, or the signature of a request.
func (c *cage) lookAt(t *testing.T, place string, text []byte) {
	t.Helper()
	if leak := found(text, canaries()); leak != "" {
		t.Errorf("%s tells %s", place, leak)
	}
	for _, s := range c.tattlers {
		for name, signature := range s.secrets() {
			if bytes.Contains(text, []byte(signature)) {
				t.Errorf("%s tells %s, %s", place, name, signature)
			}
		}
	}
}
