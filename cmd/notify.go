package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/spf13/cobra"

	"goscan/notify"
	"goscan/store/report/render"
	"goscan/store/sqlite"
)

func newNotify(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "notify",
		Short: "Test the channels that messages are sent to",
		Long: `Messages are sent by "goscan report --notify" and "goscan sync --notify-on failure", to the channels under
notify: in the configuration.`,
		Annotations: exitStatus(exitDone, exitUsage),
		Example: `  goscan notify test
  goscan notify outbox`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newNotifyTest(a), newNotifyOutbox(a))
	return c
}

func newNotifyTest(a *app) *cobra.Command {
	var dry bool
	c := &cobra.Command{
		Use:   "test [CHANNEL...]",
		Short: "Send a sample message and print what the server said",
		Long: `Send a sample message to the channels of the given names, or to all, and print what each server said of
each part. A test is not remembered: it may be sent as often as you like, at the channel's pace.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage, exitUndelivered, exitInterrupted),
		Example: `  goscan notify test
  goscan notify test team-a --dry-run`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error { return a.runNotifyTest(c.Context(), args, dry) },
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "print the exact bodies, pictures shortened, and send nothing")
	return c
}

func (a *app) runNotifyTest(ctx context.Context, names []string, dry bool) (err error) {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if dry {
		channels, err := a.openChannels(cfg, names...)
		if err != nil {
			return err
		}
		for _, ch := range channels {
			if err := a.writeParts(a.out, ch, sample(ch)); err != nil {
				return err
			}
		}
		return nil
	}
	m, err := a.openMailroom(ctx, cfg, names...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	var all []delivery
	for _, ch := range m.channels {
		d, err := m.test(ctx, ch)
		if err != nil {
			return err
		}
		all = append(all, d)
	}
	return undelivered(all)
}

// test sends the sample to one channel and prints what its server said of each part.
func (m *mailroom) test(ctx context.Context, ch channel) (delivery, error) {
	d := delivery{Channel: ch.name, ID: "test", Outcome: sqlite.OutcomeRefused} // if it fails: nobody tries a test again
	parts, err := ch.Render(sample(ch))
	if err != nil {
		return d, fmt.Errorf("notify.%s: %w", ch.name, err)
	}
	terms := notify.Terms{Pacer: pacer{m.state}, Sent: func(n int, reply notify.Reply) error {
		_, err := fmt.Fprintf(m.app.out, "%s: %s: %s\n", ch.name, parts[n-1].Name, replyText(reply))
		return err
	}}
	_, _, d.err = notify.Deliver(ctx, ch, parts, 0, terms)
	return d, nil
}

// sample is what notify test sends: what a report has, in small.
func sample(ch channel) notify.Message {
	w := wordsOf(render.Lang(ch.common.Lang))
	return notify.Message{
		ID: "test", Kind: notify.KindTest, Lang: ch.common.Lang, Title: w.testTitle, Summary: []string{w.testLine},
		Sections: []notify.Section{{Table: &notify.Table{
			Columns: []notify.Column{{Title: w.item}, {Title: w.cost, Right: true}},
			Rows:    [][]string{{"ECS", "¥1,234.50"}, {"火山方舟", "¥987.00"}},
			Total:   []string{"", "¥2,221.50"},
		}}},
		Notes: []string{w.testNote},
	}
}

// writeParts writes what would be sent to a channel, exactly but for its secrets and its pictures.
func (a *app) writeParts(w io.Writer, ch channel, m notify.Message) error {
	parts, err := ch.Render(m)
	if err != nil {
		return fmt.Errorf("notify.%s: %w", ch.name, err)
	}
	for i, p := range parts {
		if _, err := fmt.Fprintf(w, "-- %s (%s) %d/%d: %s, %d bytes\n%s\n", ch.name, ch.kind, i+1, len(parts), p.Name,
			len(p.Body), shorten(a.mask.text(string(p.Body)))); err != nil {
			return err
		}
	}
	return nil
}

// shorten cuts what nobody reads: the base64 of pictures.
func shorten(body string) string {
	const kept = 60
	return regexp.MustCompile(`[A-Za-z0-9+/=\r\n]{1000,}`).ReplaceAllStringFunc(body, func(data string) string {
		return fmt.Sprintf("%s... (%d characters)", data[:kept], len(data))
	})
}

func newNotifyOutbox(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "outbox",
		Short: "Show what was sent, what waits and what was refused",
		Long: `Show the messages of the last 400 days, the newest last: to which channel, what, when, and what became of
it. What waits is sent by the next run of report --notify or sync --notify-on, while it is of use.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage),
		Example: `  goscan notify outbox
  goscan notify outbox --json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.runNotifyOutbox(c.Context(), asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print them as JSON")
	return c
}
