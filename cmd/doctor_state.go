package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"goscan/cmd/config"
	"goscan/store"
	"goscan/store/sqlite"
)

// examineState looks at the state folder: may it be written, is it private, is there room, is state.db sound?
func examineState(ctx context.Context, cfg *config.Config) examined {
	folder, there := existing(cfg.State)
	if err := tryFile(folder); err != nil {
		return examined{findings: []finding{{Check: checkOfState, Status: broken, Found: "folder cannot be written: " + err.Error(),
			Cure: "give " + folder + " to the user that runs goscan, or name another folder with state: or --state"}}}
	}
	ok := finding{Check: checkOfState, Status: fine, Found: cfg.State + " is created by the first sync"}
	var problems []finding
	if there {
		probe, err := sqlite.Examine(ctx, cfg.State, sqlite.StateFile)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			ok.Found = cfg.State + " can be written, its state.db is created by the first sync"
		case err != nil:
			problems = append(problems, finding{Check: checkOfState, Status: broken, Found: err.Error(), Cure: hintOfFile(err), code: codeOf(ctx, err)})
		default:
			ok.Found = fmt.Sprintf("%s can be written, its state.db is %s", cfg.State, schemaOf(probe))
			problems = append(problems, exposed(checkOfState, probe.File)...)
		}
		problems = append(problems, exposed(checkOfState, filepath.Join(cfg.State, sqlite.LockFile))...)
		problems = append(problems, exposed(checkOfState, cfg.State)...)
	}
	free, known := freeSpace(folder)
	if known {
		ok.Found += ", " + gibibytes(free) + " free"
	}
	problems = append(problems, cramped(folder, free, known)...)
	return examined{findings: append(healthyUnless(problems, ok), problems...)}
}

// examineLedger looks at the ledger, which is the store where no ClickHouse is configured.
func examineLedger(ctx context.Context, cfg *config.Config) examined {
	probe, err := sqlite.Examine(ctx, cfg.State, sqlite.LedgerFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return examined{findings: []finding{{Check: checkOfStore, Status: fine, Found: "ledger " + probe.File + " is created by the first sync"}}}
	case err != nil:
		return examined{findings: []finding{{Check: checkOfStore, Status: broken, Found: err.Error(), Cure: hintOfFile(err), code: exitStore}}}
	}
	ok := finding{Check: checkOfStore, Status: fine, Found: fmt.Sprintf("ledger %s is %s", probe.File, schemaOf(probe))}
	return examined{findings: append([]finding{ok}, exposed(checkOfStore, probe.File)...)}
}

// healthyUnless returns ok, or nothing when one of the problems is that something is wrong.
func healthyUnless(problems []finding, ok finding) []finding {
	for _, p := range problems {
		if p.Status == broken {
			return nil
		}
	}
	return []finding{ok}
}

// existing returns the folder itself when it is there, else the one in which it, or its first missing parent, would be
// created.
func existing(folder string) (path string, there bool) {
	if absolute, err := filepath.Abs(folder); err == nil {
		folder = absolute
	}
	for path = folder; missing(path) && filepath.Dir(path) != path; {
		path = filepath.Dir(path)
	}
	return path, path == folder
}

// tryFile creates a file in a folder that exists and removes it again. Permissions alone do not tell whether that is
// possible: file systems may be read-only or full.
func tryFile(folder string) error {
	f, err := os.CreateTemp(folder, ".goscan-doctor-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func schemaOf(p sqlite.Probe) string {
	if p.Version < p.Known {
		return fmt.Sprintf("of an older goscan (schema %d, brought to %d by the next run)", p.Version, p.Known)
	}
	return fmt.Sprintf("sound (schema %d)", p.Version)
}

// hintOfFile says what to do about a file of the state folder that cannot be used, where its error does not.
func hintOfFile(err error) string {
	switch {
	case errors.Is(err, store.ErrSchema):
		return "use the goscan that wrote it, or a newer one"
	case errors.Is(err, fs.ErrPermission):
		return hintOf(err)
	}
	return ""
}

// exposed warns of a file or folder that other users have a part in.
func exposed(check, path string) []finding {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	private := "600"
	if info.IsDir() {
		private = "700"
	}
	return []finding{{Check: check, Status: doubtful, Found: fmt.Sprintf("%s is open to other users (mode %04o)", path, info.Mode().Perm()), Cure: "chmod " + private + " " + path}}
}

// roomToWork is how much space should be free in the state folder: a full disk stops a sync.
const roomToWork = 1 << 30

func cramped(folder string, free uint64, known bool) []finding {
	if !known || free >= roomToWork {
		return nil
	}
	return []finding{{Check: checkOfState, Status: doubtful, Found: fmt.Sprintf("only %s free in %s", gibibytes(free), folder), Cure: "make room, or name a folder on another disk with state:"}}
}

func gibibytes(n uint64) string {
	const mib = 1 << 20
	if n < roomToWork {
		return fmt.Sprintf("%d MiB", n/mib)
	}
	return fmt.Sprintf("%d GiB", n/roomToWork)
}
