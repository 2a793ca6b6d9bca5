package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// installOptions are the flags of schedules that can be installed.
type installOptions struct {
	scheduleOptions
	user, system       bool
	install, uninstall bool
	folder             string
	runAs              string
	packaged           bool // of systemd
}

func (o *installOptions) addFlags(c *cobra.Command) {
	o.scheduleOptions.addFlags(c)
	f := c.Flags()
	f.StringVar(&o.binary, "binary", "", "the goscan to run (default: this one)")
	f.BoolVar(&o.install, "install", false, "install it instead of printing it; again: bring it up to date")
	f.BoolVar(&o.uninstall, "uninstall", false, "remove what --install installed, and nothing else")
	f.StringVar(&o.runAs, "run-as", "goscan", "with --system: the user that runs it")
}

// check refuses flags that make no sense together.
func (o installOptions) check() error {
	switch {
	case o.user && o.system:
		return usageError{errors.New("--user and --system: one of them")}
	case o.install && o.uninstall:
		return usageError{errors.New("--install and --uninstall: one of them")}
	case o.packaged && (o.user || o.uninstall):
		return usageError{errors.New("--packaged is for units of the system that a package brings")}
	case o.packaged && o.install && o.folder == "":
		return usageError{errors.New("--packaged --install wants --dir: the folder that the package is made of")}
	case strings.Trim(o.runAs, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") != "" || o.runAs == "":
		return usageError{fmt.Errorf("--run-as %q: is no name of a user", o.runAs)}
	}
	return nil
}

// tool runs a program of the system and returns what it printed. Its error says what the program said.
func tool(ctx context.Context, input, name string, args ...string) (string, error) {
	var out, said bytes.Buffer
	c := exec.CommandContext(ctx, name, args...)
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(input), &out, &said
	if err := c.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w%s", strings.Join(append([]string{name}, args...), " "), err, after(": ", said.String()))
	}
	return out.String(), nil
}

func after(separator, text string) string {
	if text = strings.TrimSpace(text); text == "" {
		return ""
	}
	return separator + text
}

// putFile replaces a file whole, for everybody to read. It tells whether that changed anything.
func putFile(path, text string) (changed bool, err error) {
	if old, err := os.ReadFile(path); err == nil && string(old) == text {
		return false, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return false, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".goscan-*")
	if err != nil {
		return false, err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return false, errors.Join(err, os.Remove(f.Name()))
	}
	return true, nil
}

// forRoot adds what to do where only root may write.
func forRoot(err error, system bool) error {
	if system && errors.Is(err, fs.ErrPermission) {
		return withHint{err, "run it with sudo, or with --user"}
	}
	return err
}
