package build

import (
	"encoding/json"
	"io"
	"strings"
	"time"
)

// The parts of a CycloneDX document that a Go binary can fill in from what it knows of itself.
type (
	document struct {
		Format      string      `json:"bomFormat"`
		SpecVersion string      `json:"specVersion"`
		Version     int         `json:"version"` // of the document
		Metadata    metadata    `json:"metadata"`
		Components  []component `json:"components"`
	}
	metadata struct {
		Timestamp  string     `json:"timestamp,omitempty"`
		Component  component  `json:"component"`
		Properties []property `json:"properties"`
	}
	component struct {
		Type     string    `json:"type"`
		Ref      string    `json:"bom-ref"`
		Name     string    `json:"name"`
		Version  string    `json:"version"`
		Licences []licence `json:"licenses,omitempty"`
		URL      string    `json:"purl"`
	}
	licence struct {
		Expression string `json:"expression"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
)

// WriteSBOM writes the binary's modules as a software bill of materials: CycloneDX 1.6, JSON. Its timestamp is the commit's, so
// that the same binary has the same document.
func (i Info) WriteSBOM(w io.Writer) error {
	d := document{
		Format: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata: metadata{
			Component:  componentOf("application", Module{"goscan", i.Version, Own}),
			Properties: []property{{"goscan:go", i.Go}, {"goscan:platform", i.Platform}},
		},
		Components: []component{},
	}
	if !i.Time.IsZero() {
		d.Metadata.Timestamp = i.Time.Format(time.RFC3339)
	}
	if i.Commit != "" {
		d.Metadata.Properties = append(d.Metadata.Properties, property{"goscan:commit", i.Commit})
	}
	for _, m := range i.Modules {
		d.Components = append(d.Components, componentOf("library", m))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

func componentOf(kind string, m Module) component {
	c := component{Type: kind, Name: m.Path, Version: m.Version, URL: packageURL(m)}
	c.Ref = c.URL
	if m.Licence != unknown {
		c.Licences = []licence{{m.Licence}}
	}
	return c
}

// packageURL returns the name that vulnerability databases know a module by. In a version, + stands for a blank unless escaped.
func packageURL(m Module) string {
	return "pkg:golang/" + strings.ToLower(m.Path) + "@" + strings.ReplaceAll(m.Version, "+", "%2B")
}
