package config

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

// fileSuffix makes the key of a secret the key of a file that holds it: password_file. Containers get secrets so.
const fileSuffix = "_file"

const largestSecret = 64 << 10

// secretFile sets a secret from the file that at names. base is the secret's own key in the mapping n.
func (d *decoder) secretFile(n *node, base string, at *node, v reflect.Value) {
	d.excused[join(n.path, base)] = true
	switch {
	case at.kind == null:
		d.excused[join(n.path, base)] = false
		return
	case at.kind == broken:
		return
	case at.kind != scalar || at.text == "":
		d.refuse(at, "must be the path of a file")
		return
	}
	if own := n.at(base); own != nil && own.source != "" {
		return // a variable of the environment wins over the file
	} else if own != nil && own.kind != null {
		d.refuse(at, "is set beside "+base+": keep one of them")
		return
	}
	path := d.folder.resolve(at.text)
	text, problem := readSecret(path)
	if problem != "" {
		d.refuse(at, "file "+path+": "+problem)
		return
	}
	v.SetString(text)
	d.keep(text)
	d.secretFiles = append(d.secretFiles, path)
	d.excused[join(n.path, base)] = false
}

// readSecret returns the text of a file without the one newline that editors and echo leave at its end.
func readSecret(path string) (text, problem string) {
	f, err := os.Open(path)
	if err != nil {
		return "", reason(err)
	}
	defer f.Close() // it was only read
	all, err := io.ReadAll(io.LimitReader(f, largestSecret+1))
	switch {
	case err != nil:
		return "", reason(err)
	case len(all) > largestSecret:
		return "", "is larger than 64 KiB"
	}
	if trimmed, found := bytes.CutSuffix(all, []byte("\n")); found {
		all = bytes.TrimSuffix(trimmed, []byte("\r"))
	}
	if len(all) == 0 {
		return "", "is empty"
	}
	return string(all), ""
}

// A folder is what relative paths of the file are relative to: where the file itself is.
type folder struct{ path, home string }

// resolve returns the path as the process can open it. ~/ is the user's home.
func (f folder) resolve(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok && f.home != "" {
		return filepath.Join(f.home, rest)
	}
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(f.path, path)
}
