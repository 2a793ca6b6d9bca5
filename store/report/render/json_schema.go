package render

import (
	_ "embed"
	"slices"
)

//go:embed report.schema.json
var reportSchema []byte

// JSONSchema returns the JSON Schema (draft 2020-12) of the document that JSON writes.
func JSONSchema() []byte { return slices.Clone(reportSchema) }
