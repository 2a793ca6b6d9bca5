package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
	"goscan/notify"
	channels "goscan/notify/all"
	"goscan/store/report"
	"goscan/store/sqlite"
)

// sendOptions are the flags of a report that is sent.
type sendOptions struct {
	notify   bool
	channels []string
	dry      bool
	force    bool
}

func (o *sendOptions) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.BoolVar(&o.notify, "notify", false, "send the report to the channels of the configuration instead of printing it, once")
	f.StringSliceVar(&o.channels, "channel", nil, "with --notify: only to this channel (may be repeated)")
	f.BoolVar(&o.dry, "dry-run", false, "with --notify: print the exact messages and send nothing")
	f.BoolVar(&o.force, "force", false, "with --notify: send it also where it was sent before")
}

// check refuses flags that make no sense together.
func (o sendOptions) check(file, asOf string) error {
	switch {
	case !o.notify && (o.dry || o.force || len(o.channels) > 0):
		return errors.New("--dry-run, --force and --channel go with --notify")
	case o.notify && file != "":
		return errors.New("--output does not go with --notify: a message brings its files along")
	case o.notify && asOf != "":
		return errors.New("--as-of does not go with --notify: what is sent is what is known")
	}
	return nil
}

// sendReport sends a report to the channels that take it, each limited to the channel's part, and corrects what earlier
// ones told and what was restated since.
func (a *app) sendReport(ctx context.Context, cfg *config.Config, o report.Options, send sendOptions) (err error) {
	s, err := a.readBills(ctx, cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	o.Store = s.is
	if o.Since.IsZero() {
		o.Since = a.now().Add(-sinceLast(o.Kind))
	}
	if send.dry {
		return a.showLetters(ctx, cfg, s.bills, o, send.channels)
	}
	m, err := a.openMailroom(ctx, cfg, send.channels...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	letters, err := writeLetters(ctx, cfg, s.bills, o, m.channels)
	if errors.Is(err, report.ErrNoneClosed) { // a scheduler asks every day
		a.note("%v: nothing is sent", err)
		return nil
	}
	if err != nil {
		return err
	}
	corrections, err := m.corrections(ctx, cfg, s)
	if err != nil {
		return err
	}
	if send.force {
		for i := range letters { // mailboxes and webhooks drop what has an id that they know
			letters[i].message.ID += again + a.now().UTC().Format("20060102T150405Z")
		}
	}
	// What was told before is put right before anything new is told.
	sent, err := m.send(ctx, append(corrections, letters...))
	if err != nil {
		return err
	}
	a.printDeliveries(sent)
	return undelivered(sent)
}

// showLetters prints what would be sent.
func (a *app) showLetters(ctx context.Context, cfg *config.Config, source report.Source, o report.Options, names []string) error {
	channels, err := a.openChannels(cfg, names...)
	if err != nil {
		return err
	}
	letters, err := writeLetters(ctx, cfg, source, o, channels)
	if err != nil {
		return err
	}
	for _, l := range letters {
		if err := a.writeParts(a.out, l.to, l.message); err != nil {
			return err
		}
	}
	return nil
}

// printDeliveries tells a person what became of messages.
func (a *app) printDeliveries(all []delivery) {
	for _, d := range all {
		switch d.Outcome {
		case outcomeAlready:
			fmt.Fprintf(a.out, "%s: %s was sent before (--force sends it again)\n", d.Channel, d.ID)
		case outcomeWaiting, sqlite.OutcomeRefused:
			fmt.Fprintf(a.out, "%s: %s was NOT sent\n", d.Channel, d.ID)
		default:
			fmt.Fprintf(a.out, "%s: sent %s (%d %s)\n", d.Channel, d.ID, d.Parts, plural(d.Parts, "message", "messages"))
		}
	}
}

// writeLetters writes a report to each channel that takes it; channels with the same part share one.
func writeLetters(ctx context.Context, cfg *config.Config, source report.Source, o report.Options, channels []channel) ([]letter, error) {
	built := map[string]*report.Report{}
	var letters []letter
	for _, ch := range channels {
		kind := kindOf(o.Kind)
		if !ch.chose(kind) && !ch.chose(notify.KindAnomalies) {
			continue
		}
		own := o
		own.Where = append(slices.Clone(o.Where), ch.where...)
		key := fmt.Sprint(filterTexts(own.Where))
		if built[key] == nil {
			r, err := report.Build(ctx, source, own)
			if err != nil {
				return nil, err
			}
			if r.Stored == nil {
				return nil, errors.New("nothing is stored yet, so there is nothing to send: run goscan sync first")
			}
			built[key] = r
		}
		l, ok, err := writeLetter(cfg, built[key], ch, kind)
		if err != nil {
			return nil, fmt.Errorf("notify.%s: %w", ch.name, err)
		}
		if ok {
			letters = append(letters, l)
		}
	}
	return letters, nil
}

// writeLetter tells a channel a report or, if it does not take that kind, what is alarming in it.
func writeLetter(cfg *config.Config, r *report.Report, ch channel, kind notify.Kind) (letter, bool, error) {
	if !ch.chose(kind) {
		m, alarming := alertMessage(r, ch)
		return letter{to: ch, message: m}, alarming && ch.takes(notify.KindAnomalies, m.Severity), nil
	}
	m, err := reportMessage(r, ch, cfg.Report.FontFile)
	if err != nil || !ch.takes(kind, m.Severity) {
		return letter{}, false, err
	}
	text, err := toldBy(r).text()
	return letter{to: ch, message: m, told: text}, true, err
}

// writeMessage prints what would be sent to a channel of a type: the first that is configured, or one with the defaults.
func (a *app) writeMessage(cfg *config.Config, r *report.Report, o output) error {
	c := config.Channel{Name: o.format, Type: o.format}
	if i := slices.IndexFunc(cfg.Channels, func(c config.Channel) bool { return c.Type == o.format }); i >= 0 {
		c = cfg.Channels[i]
	} else {
		c.Settings = channels.Registry()[o.format]()
	}
	ch, err := a.openChannel(cfg, c)
	if err != nil {
		return withHint{usageError{fmt.Errorf("--format %s: %w", o.format, err)}, "configure a channel of this type under notify:"}
	}
	ch.common.Lang = string(o.language)
	m, err := reportMessage(r, ch, cfg.Report.FontFile)
	if err != nil {
		return err
	}
	return a.write(o.file, func(w io.Writer) error { return a.writeParts(w, ch, m) })
}
