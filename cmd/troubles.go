package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"goscan/cmd/config"
	"goscan/notify"
	"goscan/providers"
	"goscan/store"
	"goscan/store/report/render"
	"goscan/store/sqlite"
)

// What a run can be asked to tell: --notify-on.
const (
	onFailure      = "failure"
	onRestatement  = "restatement"
	onUnreconciled = "unreconciled"
)

func notifyOnValues() []string { return []string{onFailure, onRestatement, onUnreconciled} }

// parseNotifyOn checks the values of --notify-on.
func parseNotifyOn(values []string) error {
	for _, v := range values {
		if !slices.Contains(notifyOnValues(), v) {
			return usageError{meant(fmt.Errorf("--notify-on %s: failure, restatement or unreconciled", v), v, notifyOnValues())}
		}
	}
	return nil
}

// A trouble is something that is wrong after a run. Kind and account say what it is, Detail when it became another.
type trouble struct {
	sqlite.Trouble
	on       string // the value of --notify-on that tells it
	text     string // what happened, in one line
	hint     string
	severity notify.Severity
}

// The kinds of troubles. That of a month ends with the month.
const (
	troubleRun          = "run" // nothing was fetched: the store, the lock, the configuration
	troubleFailed       = "failed"
	troubleStale        = "stale"
	troubleUnreconciled = "unreconciled "
)

// staleAfter is how many days an account's newest stored day may be behind yesterday without anybody being told: the clouds
// issue bills up to a day and a half late.
const staleAfter = 3

// troublesOf returns what is wrong after a run of the given accounts, which ended with err. r is nil when nothing was tried.
func (a *app) troublesOf(r *result, stored []store.Mark, accounts []string, err error) []trouble {
	if r == nil {
		if err == nil {
			return nil
		}
		return []trouble{{
			Trouble: sqlite.Trouble{Kind: troubleRun, Detail: codeOf(context.Background(), err).word()},
			on:      onFailure, text: a.mask.text(oneLine(err.Error())), hint: a.mask.text(hintOf(err)), severity: notify.Critical,
		}}
	}
	var all []trouble
	for _, b := range r.Bills {
		if b.failure != nil && !slices.ContainsFunc(all, func(t trouble) bool { return t.Account == b.Account }) {
			all = append(all, a.failed(b))
		}
	}
	all = append(all, a.unreconciled(r.Verified)...)
	return append(all, a.stale(stored, r, accounts)...)
}

func (a *app) failed(b billResult) trouble {
	severity := notify.Warning
	if b.Stored+b.Confirmed == 0 {
		severity = notify.Critical
	}
	return trouble{
		// Not the text: a request id is another one every time.
		Trouble: sqlite.Trouble{Account: b.Account, Kind: troubleFailed, Detail: providers.KindOf(b.failure.err).String()},
		on:      onFailure, severity: severity,
		text: a.mask.text(oneLine(b.failure.Error())),
		hint: a.mask.text(hintOf(b.failure.err)),
	}
}

func (a *app) unreconciled(months []monthResult) []trouble {
	var all []trouble
	for _, m := range months {
		if m.Status == monthDiffers {
			all = append(all, trouble{
				Trouble: sqlite.Trouble{Account: m.Account, Kind: troubleUnreconciled + m.Month.String(), Detail: m.difference()},
				on:      onUnreconciled, severity: notify.Warning, text: m.text(),
				hint: fmt.Sprintf("goscan verify --account %s --month %s names the lines", m.Account, m.Month),
			})
		}
	}
	return all
}

// stale returns the accounts whose newest stored day is too old although nothing of them failed.
func (a *app) stale(stored []store.Mark, r *result, accounts []string) []trouble {
	oldest := providers.DayOf(a.now()) - 1 - staleAfter
	var all []trouble
	for _, account := range accounts {
		newest := providers.Day(0)
		for _, m := range stored {
			if m.Account == account {
				newest = max(newest, m.Day)
			}
		}
		if newest == 0 || newest >= oldest || r.failed(account) || storedNow(r, account) {
			continue
		}
		all = append(all, trouble{
			Trouble: sqlite.Trouble{Account: account, Kind: troubleStale, Detail: newest.String()},
			on:      onFailure, severity: notify.Warning,
			text: fmt.Sprintf("%s: the newest stored day is %s: the cloud issued nothing since", account, newest),
			hint: "look into the cloud's console whether it still bills this account, and run goscan doctor",
		})
	}
	return all
}

func storedNow(r *result, account string) bool {
	return slices.ContainsFunc(r.Bills, func(b billResult) bool { return b.Account == account && b.Stored > 0 })
}

// A news is what changed of the troubles since the last run that told them.
type news struct {
	fresh []trouble        // to be told
	over  []sqlite.Trouble // were told, and are no more
	kept  []sqlite.Trouble // what is to be remembered
}

// newsOf compares what is wrong with what was told. Troubles that nobody wants to hear of are not remembered. Of accounts
// that the run was not about nothing is known: their troubles stay.
func newsOf(now time.Time, current []trouble, told []sqlite.Trouble, on []string, accounts []string) news {
	var n news
	for _, t := range current {
		if !slices.Contains(on, t.on) {
			continue
		}
		t.Since = now
		i := slices.IndexFunc(told, func(o sqlite.Trouble) bool { return o.Account == t.Account && o.Kind == t.Kind })
		if i >= 0 {
			t.Since = told[i].Since
		}
		if i < 0 || told[i].Detail != t.Detail {
			n.fresh = append(n.fresh, t)
		}
		n.kept = append(n.kept, t.Trouble)
	}
	for _, o := range told {
		if slices.ContainsFunc(n.kept, func(t sqlite.Trouble) bool { return o.Account == t.Account && o.Kind == t.Kind }) {
			continue
		}
		if o.Account != "" && !slices.Contains(accounts, o.Account) || ranNothing(current) {
			n.kept = append(n.kept, o)
			continue
		}
		n.over = append(n.over, o)
	}
	return n
}

// ranNothing tells whether the run ended before any account was tried: then nothing that was wrong with one is over.
func ranNothing(current []trouble) bool {
	return slices.ContainsFunc(current, func(t trouble) bool { return t.Kind == troubleRun })
}

// tell sends what is new after a run to the channels that take failures, in one message, and whatever waits for a channel.
func (a *app) tell(ctx context.Context, cfg *config.Config, n news, restated []string, run string) (err error) {
	m, err := a.openMailroom(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	var letters []letter
	for _, ch := range m.channels {
		if len(n.fresh)+len(n.over)+len(restated) == 0 {
			break
		}
		message := n.message(render.Lang(ch.common.Lang), restated, run)
		if ch.takes(notify.KindFailures, message.Severity) {
			letters = append(letters, letter{to: ch, message: message})
		}
	}
	sent, err := m.send(ctx, letters)
	if err != nil {
		return err
	}
	// What is queued will be sent: the next run does not tell it again.
	return errors.Join(m.state.SetTroubles(ctx, n.kept), undelivered(sent))
}

// message words the news.
func (n news) message(lang render.Lang, restated []string, run string) notify.Message {
	words := wordsOf(lang)
	m := notify.Message{ID: "run-" + run, Kind: notify.KindFailures, Lang: string(lang)}
	if len(n.fresh) > 0 {
		section := notify.Section{Heading: words.failed}
		for _, t := range n.fresh {
			m.Severity = max(m.Severity, t.severity)
			section.Lines = append(section.Lines, t.text+" · "+fmt.Sprintf(words.since, clock(t.Since)))
			if t.hint != "" {
				section.Lines = append(section.Lines, words.hint+t.hint)
			}
		}
		m.Sections = append(m.Sections, section)
	}
	if len(n.over) > 0 {
		section := notify.Section{Heading: words.recovered}
		for _, t := range n.over {
			section.Lines = append(section.Lines, fmt.Sprintf("%s · %s", cmp.Or(t.Account, "goscan"), words.trouble(t.Kind))+" · "+fmt.Sprintf(words.since, clock(t.Since)))
		}
		m.Sections = append(m.Sections, section)
	}
	if len(restated) > 0 {
		m.Severity = max(m.Severity, notify.Warning)
		m.Sections = append(m.Sections, notify.Section{Heading: words.restated, Lines: restated})
	}
	switch {
	case len(n.fresh) > 0:
		m.Title = fmt.Sprintf(words.titleFailed, accountsOf(n.fresh))
	case len(n.over) > 0:
		m.Title = words.titleRecovered
	default:
		m.Title = words.titleRestated
	}
	return m
}

func accountsOf(all []trouble) string {
	var names []string
	for _, t := range all {
		if name := cmp.Or(t.Account, "goscan"); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// clock writes an instant as people of the billing calendar read it.
func clock(t time.Time) string { return t.In(time.FixedZone("UTC+8", 8*60*60)).Format("01-02 15:04") }
