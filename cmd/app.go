// Package cmd is the command line of Goscan: one file for each command, app.go wires them, exit.go is the only place
// where an error becomes words and a number.
package cmd

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"goscan/providers"
	"goscan/providers/all"
)

// app is what the commands share: the streams, the clock, the environment and the flags that every command takes.
// Nothing below package cmd touches the process's own.
type app struct {
	program  string // as it was typed
	out, err io.Writer
	in       io.Reader
	answers  bool // stdin is a terminal: somebody can be asked
	getenv   func(string) string
	now      func() time.Time
	clouds   providers.Registry // what accounts may be of
	terminal bool               // stderr is one: progress bars and colours
	tty      bool               // stdout is one
	colour   bool               // stdout is a terminal and nobody asked for none
	width    int                // of stdout, in columns
	log      *slog.Logger
	logFile  *os.File // nil unless the configuration names one
	journals bool     // the log is for machines: what people read on the terminal is logged too
	mask     *mask

	configPath string
	statePath  string
	quiet      bool
	verbose    bool
}

// Main runs the command that the process was started with and returns its exit code. The first interrupt or TERM stops
// the work in good order; a second one ends the process at once.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return newApp().run(ctx, os.Args[1:])
}

func newApp() *app {
	a := &app{
		program:  os.Args[0],
		out:      os.Stdout,
		err:      os.Stderr,
		in:       os.Stdin,
		answers:  term.IsTerminal(int(os.Stdin.Fd())),
		getenv:   os.Getenv,
		now:      time.Now,
		clouds:   all.Registry(),
		terminal: term.IsTerminal(int(os.Stderr.Fd())),
		tty:      term.IsTerminal(int(os.Stdout.Fd())),
		width:    columns(os.Stdout),
		mask:     &mask{},
	}
	a.colour = a.tty && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
	return a
}

const (
	narrow = 80
	wide   = 120
)

// columns returns how wide reports may be: the terminal's width between 80 and 120, and 80 elsewhere.
func columns(f *os.File) int {
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return narrow
	}
	return min(max(w, narrow), wide)
}

func (a *app) run(ctx context.Context, args []string) int {
	a.log = a.logger(slog.LevelInfo)
	code := a.exit(ctx, a.execute(ctx, args))
	if a.logFile != nil {
		if err := a.logFile.Close(); err != nil && code == exitDone {
			code = a.exit(ctx, fmt.Errorf("log.file: %w", err))
		}
	}
	return int(code)
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "goscan",
		Short: "Copy cloud bills into ClickHouse and report on them",
		Long: `Goscan copies the bills of Volcengine (火山引擎) and Alibaba Cloud (阿里云) into ClickHouse, or into
an embedded ledger that needs no server, and reports on them. It is run by a scheduler or by hand;
it has no daemon.

Start with "goscan demo", which needs no account, or "goscan config init".`,
		Args:        noArgs,
		Annotations: rootAnnotations(),
		Example: `  goscan demo
  goscan config init
  goscan sync --dry-run
  goscan report`,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRun: func(*cobra.Command, []string) {
			a.log = a.logger(a.level())
		},
	}
	root.SetHelpTemplate(helpTemplate)
	root.CompletionOptions.DisableDefaultCmd = true
	flags := root.PersistentFlags()
	flags.StringVarP(&a.configPath, "config", "c", "", "configuration file (default: goscan.yaml here, in the user's or in the system's configuration folder)")
	flags.StringVar(&a.statePath, "state", "", "folder of the local state (default: $GOSCAN_STATE, else the user's state folder)")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "no progress and no notes, errors only")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "log every request")
	root.SetFlagErrorFunc(wrongFlag)
	root.AddCommand(
		newSync(a), newBackfill(a), newVerify(a), newChanges(a), newPrune(a), newState(a), newExport(a), newImport(a), newReport(a), newNotify(a), newStatus(a), newMetrics(a), newDoctor(a), newSchema(a), newConfig(a), newSchedule(a), newDemo(a), newVersion(a), newCompletion(a), newMan(a),
	)
	help := newHelp(a)
	root.SetHelpCommand(help)
	root.AddCommand(help)
	a.completeFlags(root)
	return root
}

func (a *app) level() slog.Level {
	switch {
	case a.quiet:
		return slog.LevelError
	case a.verbose:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}
