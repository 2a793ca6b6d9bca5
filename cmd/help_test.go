package cmd

import (
	"bytes"
	"database/sql"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"goscan/cmd/config"
	"goscan/cmd/manual"
	"goscan/providers/all"
	"goscan/store"
)

// bareApp returns an app in an environment of its own, and its streams.
func bareApp(t *testing.T, env map[string]string) (a *app, out, err *bytes.Buffer) {
	t.Helper()
	out, err = &bytes.Buffer{}, &bytes.Buffer{}
	return &app{
		program: "goscan", out: out, err: err, width: narrow, mask: &mask{}, log: slog.New(slog.DiscardHandler),
		now: time.Now, getenv: func(name string) string { return env[name] }, clouds: all.Registry(),
	}, out, err
}

// runApp runs a command line and returns its exit code and what it printed.
func runApp(t *testing.T, env map[string]string, args ...string) (code exitCode, stdout, stderr string) {
	t.Helper()
	a, out, err := bareApp(t, env)
	code = exitCode(a.run(t.Context(), args))
	return code, out.String(), err.String()
}

// commands returns all commands that a user sees.
func commands(t *testing.T) []*cobra.Command {
	t.Helper()
	a, _, _ := bareApp(t, nil)
	return slices.DeleteFunc(tree(newRoot(a)), func(c *cobra.Command) bool { return c.Hidden })
}

func TestEveryCommandExplainsItself(t *testing.T) {
	for _, c := range commands(t) {
		if len(c.Long) < 40 || c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: short %q, long %q", c.CommandPath(), c.Short, c.Long)
		}
		if !strings.Contains(c.Annotations[exitAnnotation], exitTitle) || len(exitTerms(c)) < 2 {
			t.Errorf("%s: no exit codes", c.CommandPath())
		}
		if c.Example == "" {
			t.Errorf("%s: no example", c.CommandPath())
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" || strings.HasSuffix(f.Usage, ".") {
				t.Errorf("%s --%s: usage %q", c.CommandPath(), f.Name, f.Usage)
			}
		})
	}
}

// TestExamplesAreCommands parses what every example says: the command is there, takes these flags and these arguments.
func TestExamplesAreCommands(t *testing.T) {
	for _, owner := range commands(t) {
		own := false
		for line := range strings.SplitSeq(strings.ReplaceAll(owner.Example, " && ", "\n"), "\n") {
			args := goscanArgs(line)
			if len(args) == 0 {
				continue
			}
			c, err := parsed(t, args)
			if err != nil {
				t.Errorf("%s: %s: %v", owner.CommandPath(), strings.TrimSpace(line), err)
			}
			own = own || c == owner.CommandPath()
		}
		if !own && len(commandNames(owner)) == 0 {
			t.Errorf("%s: no example shows it", owner.CommandPath())
		}
	}
}

// goscanArgs returns the arguments of goscan in a line of an example: what is behind a pipe, a redirection or three spaces
// is not its own.
func goscanArgs(line string) []string {
	line = strings.TrimSpace(line)
	line = regexp.MustCompile(` {2,}.*| [|>].*`).ReplaceAllString(line, "")
	_, line, found := strings.Cut(" "+strings.TrimPrefix(line, "source <("), " goscan ")
	if !found {
		return nil
	}
	var args []string
	for _, word := range regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(strings.TrimSuffix(line, ")"), -1) {
		args = append(args, strings.Trim(word, `"`))
	}
	return args
}

// parsed parses a command line and runs nothing.
func parsed(t *testing.T, args []string) (path string, err error) {
	t.Helper()
	a, _, _ := bareApp(t, nil)
	c, rest, err := newRoot(a).Find(args)
	if err != nil {
		return "", err
	}
	if err := c.ParseFlags(rest); err != nil {
		return c.CommandPath(), err
	}
	return c.CommandPath(), c.ValidateArgs(c.Flags().Args())
}

func TestGoscanArgs(t *testing.T) {
	for line, want := range map[string]string{
		"  goscan status --runs         the history":           "status|--runs",
		`  goscan verify --reason "credit note" --accept`:      "verify|--reason|credit note|--accept",
		"  sudo goscan -c x.yaml sync":                         "-c|x.yaml|sync",
		"  goscan man | man -l -":                              "man",
		"  goscan schema grafana > costs.json":                 "schema|grafana",
		"  source <(goscan completion bash)      for this one": "completion|bash",
		"  man goscan-sync":                                    "",
	} {
		if got := strings.Join(goscanArgs(line), "|"); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

func TestHelpTopics(t *testing.T) {
	for _, topic := range topics() {
		code, out, stderr := runApp(t, nil, "help", topic.name)
		if code != exitDone || len(out) < 500 || stderr != "" {
			t.Errorf("help %s: exit code %d, stderr %q\n%s", topic.name, code, stderr, out)
		}
		for line := range strings.Lines(out) {
			if len(line) > 200 || strings.HasSuffix(line, " \n") {
				t.Errorf("help %s: %q", topic.name, line)
			}
		}
		if _, root, _ := runApp(t, nil, "--help"); !strings.Contains(root, "goscan help "+topic.name+" ") {
			t.Errorf("goscan --help does not name %s:\n%s", topic.name, root)
		}
	}
	if code, out, _ := runApp(t, nil, "help", "report", "monthly"); code != exitDone || !strings.Contains(out, "goscan report monthly [flags]") {
		t.Errorf("help of a command: exit code %d\n%s", code, out)
	}
}

func TestHelpOfNothing(t *testing.T) {
	for asked, hint := range map[string]string{
		"exit-code":     "did you mean goscan help exit-codes?",
		"syn":           "did you mean goscan help sync?",
		"schema migrat": "did you mean goscan help schema migrate?",
		"sync now":      "goscan help lists the commands and topics",
		"frobnicate":    "goscan help lists the commands and topics",
	} {
		code, out, stderr := runApp(t, nil, append([]string{"help"}, strings.Fields(asked)...)...)
		want := "goscan: " + strconv.Quote(asked) + " is neither a command nor a topic\nhint: " + hint + "\n"
		if code != exitUsage || out != "" || stderr != want {
			t.Errorf("help %s: exit code %d, %q, want %q", asked, code, stderr, want)
		}
	}
}

// TestHelpNamesEveryExitCode looks for the codes in the source: one that is added there and not listed is found.
func TestHelpNamesEveryExitCode(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "exit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var declared []string
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			if kind, ok := v.Type.(*ast.Ident); ok && kind.Name == "exitCode" {
				declared = append(declared, v.Values[0].(*ast.BasicLit).Value)
			}
		}
		return true
	})
	var told []string
	for _, p := range helpExitCodes() {
		for _, term := range p.Terms {
			told = append(told, term.Name)
			if strings.Count(term.Text, ". ") < 1 || !strings.HasSuffix(term.Text, ".") {
				t.Errorf("%s: %q", term.Name, term.Text)
			}
		}
	}
	slices.Sort(declared)
	slices.Sort(told)
	if len(declared) < 11 || !slices.Equal(declared, told) {
		t.Errorf("declared %v, told %v", declared, told)
	}
}

func TestHelpShowsTheWholeExample(t *testing.T) {
	if _, out, _ := runApp(t, nil, "help", "config"); !strings.Contains(out, config.Example()) {
		t.Errorf("the example is not in\n%s", out)
	}
}

// ours are the environment variables that the code may name besides those of getenv.
var ours = regexp.MustCompile(`^(GOSCAN|XDG|VOLC|VOLCENGINE|VOLCSTACK|ALIBABA_CLOUD|ALICLOUD|MONITOR)_[A-Z_]+$`)

// forTests are folders whose code is part of tests alone.
var forTests = regexp.MustCompile(`bench|chtest|storetest|providertest|wiretest|notifytest|testdata`)

// TestHelpNamesEveryVariable looks for environment variables in the source.
func TestHelpNamesEveryVariable(t *testing.T) {
	told := manual.Text(helpEnvironment()...)
	read := map[string]string{}
	walkErr := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || forTests.MatchString(path) {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return nil // half-written: the compiler says it
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && ours.MatchString(text) {
					read[text] = path
				}
			case *ast.CallExpr:
				if text, ok := literalOfGetenv(n); ok {
					read[text] = path
				}
			}
			return true
		})
		return nil
	})
	if walkErr != nil {
		t.Fatal(walkErr)
	}
	if len(read) < 50 {
		t.Errorf("%d variables found in the source", len(read))
	}
	for name, path := range read {
		if !regexp.MustCompile(`\b`+name+`\b`).MatchString(told) && name != "WINDIR" { // that of fonts on Windows is the system's own
			t.Errorf("%s reads %s, and goscan help environment (cmd/help_environment.go) does not tell it", path, name)
		}
	}
}

// literalOfGetenv returns the name in getenv("NAME").
func literalOfGetenv(call *ast.CallExpr) (string, bool) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	if !strings.EqualFold(name, "getenv") && !strings.EqualFold(name, "lookupenv") || len(call.Args) != 1 {
		return "", false
	}
	literal, ok := call.Args[0].(*ast.BasicLit)
	if !ok {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}

// TestHelpNamesEveryColumnOfFOCUS compares the topic with the view as the ledger declares it, which is written by hand too.
func TestHelpNamesEveryColumnOfFOCUS(t *testing.T) {
	declared := viewColumns(t)
	var told []string
	for _, c := range focusColumns() {
		told = append(told, c.name)
		if len(c.from) == 0 {
			t.Errorf("%s is made of nothing", c.name)
		}
	}
	slices.Sort(declared)
	slices.Sort(told)
	if len(told) < 45 || !slices.Equal(declared, told) {
		t.Errorf("declared\n%v\ntold\n%v", declared, told)
	}
	text := manual.Text(helpFocus()...)
	for _, want := range []string{"BilledCost", "provider, service_code: one of", "x_Native", "account, billing_account_id"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// viewColumns returns the columns of the view focus of a new ledger.
func viewColumns(t *testing.T) []string {
	t.Helper()
	folder := t.TempDir()
	cfg := &config.Config{State: folder}
	a, _, _ := bareApp(t, nil)
	s, err := a.openBills(t.Context(), cfg, store.Run{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	db, err := sql.Open("sqlite", filepath.Join(folder, "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM focus")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	return columns
}

// TestFocusNotesAreOfColumns: a note about a column that is none says nothing to anybody.
func TestFocusNotesAreOfColumns(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "help_focus.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		clause, ok := n.(*ast.CaseClause)
		if !ok {
			return true
		}
		for _, label := range clause.List {
			if literal, ok := label.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				name, _ := strconv.Unquote(literal.Value)
				if !slices.ContainsFunc(focusColumns(), func(c focusColumn) bool { return c.name == name }) {
					t.Errorf("%s is no column", name)
				}
			}
		}
		return true
	})
}
