package schedule

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// The lines between which the crontab belongs to Goscan.
const (
	cronBegin = "# >>> goscan schedule cron >>>"
	cronEnd   = "# <<< goscan schedule cron <<<"
)

// CronOptions say whose crontab it is and what its clock is.
type CronOptions struct {
	RunAs string         // the user of a line in /etc/cron.d; empty: a user's own crontab, which has none
	Zone  *time.Location // cron's: that of the machine
	Year  int            // whose offsets from UTC count
}

// cron is what the template of a crontab sees.
type cron struct {
	Plan
	CronOptions
	Begin, End string
}

// Cron returns the lines of a crontab between their markers.
func Cron(p Plan, o CronOptions) (string, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	return render("crontab", cron{p, o, cronBegin, cronEnd})
}

// Output is the file that runs print into.
func (c cron) Output() string { return filepath.Join(c.State, "cron.log") }

// Local returns a time of the machine.
func (c cron) Local(at Clock) Clock {
	local, _ := at.In(c.Zone, c.Year)
	return local
}

// Offset names the zone by its distance from UTC: of the summer, where it has one.
func (c cron) Offset() string {
	east := int(c.Local(0)) - int(Clock(0).UTC())
	if east = (east + aDay) % aDay; east > 14*hour { // no zone is further east
		east -= aDay
	}
	sign := '+'
	if east < 0 {
		sign, east = '-', -east
	}
	return fmt.Sprintf("UTC%c%02d:%02d", sign, east/hour, east%hour)
}

// Varies tells whether the machine has daylight saving time.
func (c cron) Varies() bool {
	_, varies := c.Sync.In(c.Zone, c.Year)
	return varies
}

// SyncLine returns the line of the daily sync.
func (c cron) SyncLine() string { return c.line(c.Sync, "sync", c.SyncArgs()) }

// ReportLine returns the line of the reports.
func (c cron) ReportLine() string { return c.line(c.Report, "report", c.ReportArgs()...) }

// line returns a line that runs commands one after the other, as long as each succeeds. What they print goes into a file; a
// failure is printed, which cron mails to the crontab's owner.
func (c cron) line(at Clock, what string, commands ...[]string) string {
	run := ""
	if c.NeedsEnvironment() {
		run = "set -a; . " + shellWord(c.EnvironmentFile()) + "; set +a; "
	}
	for i, args := range commands {
		if i > 0 {
			run += " && "
		}
		run += shellWords(append([]string{c.Binary, "--config", c.Config, "--state", c.State}, args...))
	}
	log := shellWord(c.Output())
	command := fmt.Sprintf(`umask 077; mkdir -p %s && (%s) >>%s 2>&1 || echo "goscan %s: exit code $?, see" %s`, shellWord(c.State), run, log, what, log)
	local, user := c.Local(at), ""
	if c.RunAs != "" {
		user = c.RunAs + " "
	}
	return fmt.Sprintf("%d %d * * * %s%s", local.Minute(), local.Hour(), user, cronCommand(command))
}

// MergeCron puts a block into a crontab, in the place of the one that is there, else at the end. An empty block removes it. All
// other lines stay as they are.
func MergeCron(crontab, block string) (string, error) {
	before, rest, found := strings.Cut(crontab, cronBegin+"\n")
	if !found {
		if strings.Contains(crontab, cronEnd) {
			return "", errors.New("the crontab has the line " + cronEnd + " without its beginning")
		}
		if before != "" && !strings.HasSuffix(before, "\n") {
			before += "\n"
		}
		return before + block, nil
	}
	_, after, closed := strings.Cut(rest, cronEnd)
	if !closed || strings.Contains(after, cronBegin) {
		return "", errors.New("the crontab has the line " + cronBegin + " without its end, or twice")
	}
	return before + block + strings.TrimPrefix(after, "\n"), nil
}
