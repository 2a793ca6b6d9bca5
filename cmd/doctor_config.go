package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"goscan/cmd/config"
)

// examineConfig reads the configuration like every command, except that it opens no log file and tells warnings as
// findings. Without a configuration that can be used the findings say why.
func (a *app) examineConfig() (*config.Config, []finding) {
	cfg, err := config.Load(a.loadOptions())
	if err == nil {
		err = checkFilters(cfg)
	}
	var mistakes config.Errors
	switch {
	case errors.As(err, &mistakes):
		findings := make([]finding, len(mistakes))
		for i, m := range mistakes {
			findings[i] = finding{Check: checkOfConfig, Status: broken, Found: m.Error(), Cure: m.Hint, code: exitUsage}
		}
		return nil, findings
	case err != nil:
		return nil, []finding{{Check: checkOfConfig, Status: broken, Found: err.Error(), Cure: hintOf(err), code: exitUsage}}
	}
	a.mask.set(cfg.Secrets())
	names := make([]string, len(cfg.Accounts))
	for i, acc := range cfg.Accounts {
		names[i] = acc.Name
	}
	findings := []finding{{Check: checkOfConfig, Status: fine, Found: fmt.Sprintf("%s is valid: %d %s (%s)%s",
		cfg.Path, len(names), plural(len(names), "account", "accounts"), strings.Join(names, ", "), modeOf(cfg.Path))}}
	if len(names) == 0 {
		findings[0] = finding{Check: checkOfConfig, Status: doubtful, Found: cfg.Path + " is valid, but has no account: this machine can report, not sync",
			Cure: "add accounts under providers:, see goscan config init"}
	}
	for _, w := range cfg.Warnings {
		problem, cure, _ := strings.Cut(w, ": ") // warnings say what to do after their first colon
		findings = append(findings, finding{Check: checkOfConfig, Status: doubtful, Found: problem, Cure: cure})
	}
	return cfg, findings
}

// modeOf returns the permissions of a file, for the end of a sentence.
func modeOf(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf(", mode %04o", info.Mode().Perm())
}

// examineLog tells whether the log file can be written, and does not create it.
func examineLog(path string) finding {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		err = f.Close()
	}
	found := "log.file " + path + " can be written"
	if errors.Is(err, fs.ErrNotExist) {
		found = "log.file " + path + " is created by the next run"
		err = tryFile(filepath.Dir(path))
	}
	if err != nil {
		return finding{Check: checkOfLog, Status: broken, Found: "log.file: " + err.Error(), Cure: "create the folder, or give it to the user that runs goscan"}
	}
	return finding{Check: checkOfLog, Status: fine, Found: found}
}
