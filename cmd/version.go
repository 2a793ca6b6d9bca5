package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"goscan/cmd/build"
)

// version returns the version that the Go toolchain recorded in the binary.
func version() string { return build.Here().Version }

// versionOptions are the flags of goscan version.
type versionOptions struct {
	asJSON, licences, sbom bool
	binary                 string
}

func newVersion(a *app) *cobra.Command {
	var o versionOptions
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version, the licences or the parts list of the binary",
		Long: `Print the version of goscan with the commit that it was built from, of Go and the platform. All of it is what
the Go toolchain recorded in the binary.

--licenses lists the modules in the binary and under which licence (SPDX) each is. --sbom prints the same as a
software bill of materials: CycloneDX 1.6, JSON. --binary asks them of another goscan, of any platform.`,
		Annotations: exitStatus(exitDone, exitFailed, exitUsage),
		Example: `  goscan version
  goscan version --licenses
  goscan version --sbom > goscan.cdx.json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.runVersion(o) },
	}
	c.Flags().BoolVar(&o.asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&o.licences, "licenses", false, "list the modules in the binary and their licences")
	c.Flags().BoolVar(&o.sbom, "sbom", false, "print a software bill of materials (CycloneDX)")
	c.Flags().StringVar(&o.binary, "binary", "", "a goscan binary (default: this one)")
	return c
}

func (a *app) runVersion(o versionOptions) error {
	if o.asJSON && o.licences || o.asJSON && o.sbom || o.licences && o.sbom {
		return usageError{errors.New("--json, --licenses and --sbom: one of them")}
	}
	i := build.Here()
	if o.binary != "" {
		var err error
		if i, err = build.Of(o.binary); err != nil {
			return fmt.Errorf("--binary %s: %w", o.binary, err)
		}
	}
	switch {
	case o.asJSON:
		return json.NewEncoder(a.out).Encode(i)
	case o.licences:
		return a.printLicences(i)
	case o.sbom:
		return i.WriteSBOM(a.out)
	}
	commit := ""
	if i.Commit != "" {
		commit = fmt.Sprintf("commit %.12s of %s, ", i.Commit, i.Time.Format("2006-01-02"))
	}
	_, err := fmt.Fprintf(a.out, "goscan %s (%s%s, %s)\n", i.Version, commit, i.Go, i.Platform)
	return err
}

// printLicences prints a line for goscan and for each module in it.
func (a *app) printLicences(i build.Info) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "goscan\t%s\t%s\n", i.Version, build.Own)
	for _, m := range i.Modules {
		fmt.Fprintf(w, "%s\t%s\t%s\n", m.Path, m.Version, m.Licence)
	}
	return w.Flush()
}

// noArgs refuses arguments as wrong usage: of a command that has commands, they are none of them.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 && c.HasAvailableSubCommands() {
		return noCommand(c, args[0])
	}
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no argument, got %q", c.CommandPath(), args[0])}
	}
	return nil
}

// userAgent is how requests say who they are from.
func userAgent() string { return "goscan/" + version() }
