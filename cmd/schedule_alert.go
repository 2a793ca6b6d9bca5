package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"goscan/cmd/schedule"
	"goscan/notify"
	"goscan/store/report/render"
)

func newScheduleAlert(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "alert UNIT",
		Short: "Tell the channels that a unit broke down (the units call it)",
		Long: `Tell the channels for failures that a unit of systemd broke down. The units of "goscan schedule systemd" call
it (OnFailure=). A sync that ended by itself has told its failures itself and is not told again; this is for
one that was killed, ran out of memory or took too long, and for reports that failed.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitUndelivered),
		Example:     `  goscan schedule alert goscan-sync.service`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("schedule alert takes the name of one unit")}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return a.runScheduleAlert(c.Context(), args[0]) },
	}
}

// A breakdown is what systemd (251 or later) tells the unit of OnFailure= of the one that failed.
type breakdown struct {
	unit       string
	result     string // of the service: "exit-code", "signal", "oom-kill", "timeout", "start-limit-hit"; empty: not told
	how        string // of the process: "exited", "killed", "dumped"
	status     string // its exit code or signal
	invocation string
}

func (a *app) breakdownOf(unit string) breakdown {
	return breakdown{
		unit: unit, result: a.getenv("MONITOR_SERVICE_RESULT"), how: a.getenv("MONITOR_EXIT_CODE"),
		status: a.getenv("MONITOR_EXIT_STATUS"), invocation: a.getenv("MONITOR_INVOCATION_ID"),
	}
}

// told tells whether the run itself has told its failure: a sync that exited by itself, other than for its configuration.
func (b breakdown) told() bool {
	code, err := strconv.Atoi(b.status)
	return b.unit == schedule.SyncUnit && b.how == "exited" && err == nil && exitCode(code) != exitUsage && exitCode(code).meaning() != ""
}

// text says in a few words how it ended: "oom-kill (killed KILL)".
func (b breakdown) text() string {
	switch {
	case b.result == "":
		return "failed"
	case b.how == "":
		return b.result
	}
	return fmt.Sprintf("%s (%s %s)", b.result, b.how, b.status)
}

func (a *app) runScheduleAlert(ctx context.Context, unit string) (err error) {
	b := a.breakdownOf(unit)
	if b.told() {
		_, err := fmt.Fprintf(a.out, "%s: exit code %s: the run has told it\n", unit, b.status)
		return err
	}
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	m, err := a.openMailroom(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	if b.invocation == "" {
		b.invocation = runID(a.now())
	}
	var letters []letter
	for _, ch := range m.channels {
		if ch.takes(notify.KindFailures, notify.Critical) {
			letters = append(letters, letter{to: ch, message: b.message(ch.common.Lang)})
		}
	}
	m.channels = slices.DeleteFunc(m.channels, func(ch channel) bool { return !ch.takes(notify.KindFailures, notify.Critical) })
	sent, err := m.send(ctx, letters)
	if err != nil {
		return err
	}
	a.printDeliveries(sent)
	return undelivered(sent)
}

// message tells a breakdown.
func (b breakdown) message(lang string) notify.Message {
	title, hint := "%s 异常终止：%s", "查看日志：journalctl -u %s -e"
	if render.Lang(lang) == render.English {
		title, hint = "%s broke down: %s", "Its log: journalctl -u %s -e"
	}
	return notify.Message{
		ID: "alert " + b.unit + " " + b.invocation, Kind: notify.KindFailures, Severity: notify.Critical, Lang: lang,
		Title: fmt.Sprintf(title, b.unit, b.text()), Summary: []string{fmt.Sprintf(hint, b.unit)},
	}
}
