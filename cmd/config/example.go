package config

import (
	_ "embed" // for the example
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

//go:embed goscan.yaml.example
var example string

// Example returns a commented goscan.yaml: what Init writes, and goscan.yaml.example at the top of the repository.
func Example() string { return example }

// Init writes the example to path, readable by its owner only. It makes the folder if there is none. A file that is
// there is replaced, whole, only with force; else the error is of type Errors and wraps fs.ErrExist.
func Init(path string, force bool) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if !force {
		err := create(path)
		if errors.Is(err, fs.ErrExist) {
			return Errors{{Path: path, Problem: "is there already", Hint: "--force replaces it", cause: fs.ErrExist}}
		}
		return err
	}
	// A new file takes the old one's place: its permissions, too, are those of a new file.
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := create(fresh); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}

// create writes the example into a file that must not exist yet.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(example)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
