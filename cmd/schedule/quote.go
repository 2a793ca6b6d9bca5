package schedule

import (
	"encoding/json"
	"strings"
)

// systemdArg returns a word of an ExecStart= line. systemd expands %, $ and backslashes there.
func systemdArg(word string) string {
	word = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%", "$", "$$").Replace(word)
	if word == "" || strings.ContainsAny(word, " '\"\\;") {
		return `"` + word + `"`
	}
	return word
}

// systemdPath returns the path of a setting that takes the rest of its line.
func systemdPath(path string) string { return strings.ReplaceAll(path, "%", "%%") }

// systemdWord returns a path of a setting that takes several.
func systemdWord(path string) string {
	path = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%").Replace(path)
	if strings.ContainsAny(path, " '\"\\") {
		return `"` + path + `"`
	}
	return path
}

// shellWord returns a word as a POSIX shell reads it.
func shellWord(word string) string {
	if word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=@+") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

func shellWords(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = shellWord(w)
	}
	return strings.Join(quoted, " ")
}

// cronCommand returns a shell command as a crontab takes it, where a % that is not escaped is a line break.
func cronCommand(command string) string { return strings.ReplaceAll(command, "%", `\%`) }

// yamlText returns a text as a YAML scalar: a JSON string is one.
func yamlText(text string) (string, error) {
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(text)
	return strings.TrimSuffix(out.String(), "\n"), err
}

// yamlList returns words as a YAML sequence in one line.
func yamlList(words []string) (string, error) {
	quoted := make([]string, len(words))
	for i, w := range words {
		var err error
		if quoted[i], err = yamlText(w); err != nil {
			return "", err
		}
	}
	return "[" + strings.Join(quoted, ", ") + "]", nil
}
