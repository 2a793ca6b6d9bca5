package build

import (
	_ "embed" // for the table
	"strings"
)

// licencesText has a line for each module that a binary of any system may hold: its path and its licence. Versions are not in
// it: a binary knows them itself.
//
//go:embed licences.txt
var licencesText string

// Own is the licence of goscan itself.
const Own = "MIT"

// unknown is SPDX's word for a licence that nobody has stated.
const unknown = "NOASSERTION"

// A table has the SPDX expressions of modules, by their paths.
type table map[string]string

func licences() table {
	all := table{}
	for line := range strings.Lines(licencesText) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] != "#" {
			all[fields[0]] = strings.Join(fields[1:], " ")
		}
	}
	return all
}

func (t table) of(path string) string {
	if licence := t[path]; licence != "" {
		return licence
	}
	return unknown
}
