package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"goscan/cmd/config"
	"goscan/notify"
	"goscan/providers"
	"goscan/store"
	"goscan/store/sqlite"
)

// A mailroom sends messages to the configured channels, and remembers in the state what was sent: a message that could
// not be sent is sent by the next run while it is still of use, and none is sent twice.
type mailroom struct {
	app      *app
	state    *sqlite.State
	channels []channel
}

// A channel is a configured channel that is open.
type channel struct {
	notify.Channel
	name   string
	kind   string // its type
	common notify.Common
	where  []store.Filter // what its reports are limited to
	maxAge time.Duration
}

// defaultMaxAge is how long a message is worth sending: until the next one of a daily report.
const defaultMaxAge = 24 * time.Hour

// held is how long a message is in the hands of one process: more than a delivery takes, so that a process that was
// killed delays it no longer than that.
const held = 15 * time.Minute

// openMailroom opens the channels of the given names, all when there are none.
func (a *app) openMailroom(ctx context.Context, cfg *config.Config, names ...string) (*mailroom, error) {
	channels, err := a.openChannels(cfg, names...)
	if err != nil {
		return nil, err
	}
	state, err := sqlite.OpenState(ctx, cfg.State)
	if err != nil {
		return nil, err
	}
	return &mailroom{app: a, state: state, channels: channels}, nil
}

func (m *mailroom) close() error { return m.state.Close() }

// openChannels opens channels without any state. It is an error to name one that is not configured, or to want to send
// where none is.
func (a *app) openChannels(cfg *config.Config, names ...string) ([]channel, error) {
	var known []string
	for _, c := range cfg.Channels {
		known = append(known, c.Name)
	}
	if len(known) == 0 {
		return nil, withHint{usageError{errors.New("notify has no channel")}, "add one under notify: in " + cfg.Path}
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			err := fmt.Errorf("notify.%s: unknown channel, known are %s", name, strings.Join(known, ", "))
			return nil, usageError{meant(err, name, known)}
		}
	}
	var all []channel
	for _, c := range cfg.Channels {
		if len(names) > 0 && !slices.Contains(names, c.Name) {
			continue
		}
		opened, err := a.openChannel(cfg, c)
		if err != nil {
			return nil, usageError{fmt.Errorf("notify.%s: %w", c.Name, err)}
		}
		all = append(all, opened)
	}
	return all, nil
}

func (a *app) openChannel(cfg *config.Config, c config.Channel) (channel, error) {
	opened, err := c.Settings.Open(notify.Options{Name: c.Name, UserAgent: userAgent(), Now: a.now})
	if err != nil {
		return channel{}, err
	}
	ch := channel{Channel: opened, name: c.Name, kind: c.Type, common: *c.Settings.Base(), maxAge: defaultMaxAge}
	if ch.common.Lang == "" {
		ch.common.Lang = cfg.Report.Lang
	}
	if ch.where, err = store.ParseFilters(ch.common.Where...); err != nil {
		return channel{}, fmt.Errorf("where: %w", err)
	}
	if ch.common.MaxAge != "" {
		ch.maxAge, err = time.ParseDuration(ch.common.MaxAge)
	}
	return ch, err
}

// takes tells whether a channel is to get messages of a kind and severity.
func (c channel) takes(kind notify.Kind, severity notify.Severity) bool {
	least, _ := notify.ParseSeverity(c.common.MinSeverity) // the configuration is valid
	if kind == notify.KindTest {
		return true
	}
	return severity >= least && c.chose(kind)
}

func (c channel) chose(kind notify.Kind) bool {
	return len(c.common.Kinds) == 0 || slices.Contains(c.common.Kinds, kind)
}

// A letter is a message to a channel, with the numbers that it tells, by which a restatement is noticed later.
type letter struct {
	to      channel
	message notify.Message
	told    string
}

// A delivery is what became of a letter, or of one that waited.
type delivery struct {
	Channel string `json:"channel"`
	ID      string `json:"id"`
	Title   string `json:"title"`
	Outcome string `json:"outcome"` // sent, already (it was sent before), waiting, refused
	Parts   int    `json:"parts,omitempty"`
	Reply   string `json:"reply,omitempty"`
	Error   string `json:"error,omitempty"`

	err error
}

// What became of a letter beside the outcomes that the state remembers.
const (
	outcomeAlready = "already"
	outcomeWaiting = "waiting"
)

// send queues letters and sends everything that waits for their channels, all channels at once. A channel that fails stops
// no other.
func (m *mailroom) send(ctx context.Context, letters []letter) ([]delivery, error) {
	perChannel := make([][]delivery, len(m.channels))
	var group errgroup.Group
	for i, ch := range m.channels {
		group.Go(func() (err error) {
			defer providers.Recover(&err)
			perChannel[i], err = m.serve(ctx, ch, letters)
			return err
		})
	}
	err := group.Wait()
	return slices.Concat(perChannel...), err
}

// serve queues the letters to one channel and sends what waits for it, oldest first, until a message stays behind: the
// later ones wait behind it, so that they arrive in order.
func (m *mailroom) serve(ctx context.Context, ch channel, letters []letter) ([]delivery, error) {
	var all []delivery
	for _, l := range letters {
		if l.to.name != ch.name {
			continue
		}
		queued, err := m.queue(ctx, l)
		if err != nil {
			return all, err
		}
		if !queued {
			all = append(all, delivery{Channel: ch.name, ID: l.message.ID, Title: l.message.Title, Outcome: outcomeAlready})
		}
	}
	for {
		now := m.app.now()
		waiting, ok, err := m.state.Claim(ctx, ch.name, now, now.Add(held))
		if err != nil || !ok {
			return all, err
		}
		d, err := m.deliver(ctx, ch, waiting)
		all = slices.DeleteFunc(all, func(other delivery) bool { return other.ID == d.ID })
		if all = append(all, d); err != nil || d.Outcome == outcomeWaiting {
			return all, err
		}
	}
}

// queue puts a letter into the outbox. It tells false when it was sent before or waits there already.
func (m *mailroom) queue(ctx context.Context, l letter) (bool, error) {
	parts, err := l.to.Render(l.message)
	if err != nil {
		return false, fmt.Errorf("notify.%s: %w", l.to.name, err)
	}
	packed, err := json.Marshal(parts)
	if err != nil {
		return false, err
	}
	now := m.app.now()
	return m.state.Enqueue(ctx, sqlite.Outgoing{
		Channel: l.to.name, ID: l.message.ID, Kind: string(l.message.Kind), Title: l.message.Title,
		Parts: packed, Told: l.told, Queued: now, Expires: now.Add(l.to.maxAge),
	})
}

// deliver sends a claimed message and remembers what became of it. Its error is of the state; one of the channel is in the
// delivery.
func (m *mailroom) deliver(ctx context.Context, ch channel, o sqlite.Outgoing) (delivery, error) {
	d := delivery{Channel: ch.name, ID: o.ID, Title: o.Title, Outcome: sqlite.OutcomeSent}
	var parts []notify.Part
	if err := json.Unmarshal(o.Parts, &parts); err != nil {
		return d, fmt.Errorf("message %s to %s: %w", o.ID, ch.name, err)
	}
	// What arrived is remembered even when the run is interrupted at that moment.
	remember := context.WithoutCancel(ctx)
	terms := notify.Terms{Pacer: pacer{m.state}, Sent: func(n int, _ notify.Reply) error {
		return m.state.Arrived(remember, ch.name, o.ID, n)
	}}
	sent, reply, err := notify.Deliver(ctx, ch, parts, o.Sent, terms)
	d.Parts, d.Reply = sent, replyText(reply)
	switch {
	case err == nil:
		return d, m.state.Settle(remember, ch.name, o.ID, sqlite.OutcomeSent, "", m.app.now())
	case ctx.Err() == nil && notify.ClassOf(err) == notify.Permanent:
		d.Outcome = sqlite.OutcomeRefused
	default:
		d.Outcome = outcomeWaiting
	}
	d.err, d.Error = err, m.app.mask.text(err.Error())
	m.app.log.Debug("message not sent", "channel", ch.name, "message", o.ID, "outcome", d.Outcome, "error", d.Error)
	if d.Outcome == sqlite.OutcomeRefused {
		return d, m.state.Settle(remember, ch.name, o.ID, d.Outcome, d.Error, m.app.now())
	}
	return d, m.state.Release(remember, ch.name, o.ID, d.Error)
}

func replyText(r notify.Reply) string {
	if r.Status == 0 && r.Code == "" && r.Text == "" {
		return ""
	}
	return strings.Join(strings.Fields(fmt.Sprintf("%d %s %s", r.Status, r.Code, r.Text)), " ")
}

// pacer counts messages in the state, so that all processes keep the pace of a robot together.
type pacer struct{ state *sqlite.State }

// Take implements notify.Pacer.
func (p pacer) Take(ctx context.Context, key string, windows []notify.Window, now time.Time) (time.Duration, error) {
	limits := make([]sqlite.Limit, len(windows))
	for i, w := range windows {
		limits[i] = sqlite.Limit(w)
	}
	return p.state.Take(ctx, key, limits, now)
}

// undelivered is the error of messages that did not arrive, nil when all did.
func undelivered(all []delivery) error {
	failed := slices.DeleteFunc(slices.Clone(all), func(d delivery) bool { return d.err == nil })
	if len(failed) == 0 {
		return nil
	}
	return undeliveredError{failed}
}

// undeliveredError says which channels did not get a message.
type undeliveredError struct{ failed []delivery }

// Error names the first channel and counts the others.
func (e undeliveredError) Error() string {
	text := e.causes()[0].Error()
	if more := len(e.failed) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

// causes returns one error for each message, with the cure that the channel names.
func (e undeliveredError) causes() []error {
	all := make([]error, len(e.failed))
	for i, d := range e.failed {
		text := fmt.Sprintf("notify.%s: %s: %v", d.Channel, d.ID, d.err)
		if d.Outcome == outcomeWaiting {
			text += " (the next run tries again)"
		}
		all[i] = errors.New(text)
		if refused, ok := errors.AsType[*notify.Error](d.err); ok && refused.Hint != "" {
			all[i] = withHint{all[i], refused.Hint}
		}
	}
	return all
}
