package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"goscan/cmd/build"
	"goscan/cmd/manual"
)

func newMan(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "man [DIR]",
		Short: "Print the manual, or write all man pages into a folder",
		Long: `Without a folder, print the man page goscan(1). With one, write all pages: DIR/man1 has one for every command,
DIR/man5 that of goscan.yaml and DIR/man7 those of the help topics. Pages that are there are replaced. Packages of
goscan install them; without one, ~/.local/share/man is a folder that man looks into.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage),
		Example: `  goscan man | man -l -
  goscan man ~/.local/share/man
  man goscan-sync`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{fmt.Errorf("man takes one folder, got %q too", args[1])}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			pages := manPages(c.Root(), build.Here())
			if len(args) == 0 {
				_, err := fmt.Fprint(a.out, pages[0].Roff())
				return err
			}
			if err := writePages(args[0], pages); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.out, "wrote %d pages to %s\n", len(pages), args[0])
			return err
		},
	}
}

func writePages(folder string, pages []manual.Page) error {
	for _, p := range pages {
		path := filepath.Join(folder, filepath.FromSlash(p.File()))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(p.Roff()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// manPages returns the pages of a command and all below it, the command's own first, then those of the topics. They are of
// the day of the binary's commit: the same binary writes the same pages.
func manPages(root *cobra.Command, from build.Info) []manual.Page {
	date := ""
	if !from.Time.IsZero() {
		date = from.Time.UTC().Format(time.DateOnly)
	}
	var pages []manual.Page
	for _, c := range tree(root) {
		if c != root && !c.IsAvailableCommand() && c.Name() != "help" {
			continue
		}
		pages = append(pages, commandPage(c))
	}
	for _, t := range topics() {
		pages = append(pages, topicPage(t))
	}
	for i := range pages {
		pages[i].Date, pages[i].Version = date, "goscan "+from.Version
	}
	return pages
}

// topicPage returns the page of a help topic.
func topicPage(t topic) manual.Page {
	passages := t.passages()
	passages[0].Title = "DESCRIPTION"
	page := manual.Page{Name: t.page.Name, Section: t.page.Section, Summary: t.short, Passages: passages, SeeAlso: []manual.Reference{mainPage()}}
	for _, other := range topics() {
		if other.name != t.name {
			page.SeeAlso = append(page.SeeAlso, other.page)
		}
	}
	return page
}

func mainPage() manual.Reference { return manual.Reference{Name: "goscan", Section: 1} }
