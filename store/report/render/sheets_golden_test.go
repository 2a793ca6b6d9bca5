package render_test

import (
	"bytes"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"goscan/providers"
	"goscan/store/report/anomaly"
	"goscan/store/report/render"
)

func TestJSONDocumentsEveryKey(t *testing.T) {
	for _, c := range []struct {
		source string
		write  func(io.Writer) error
	}{
		{"json.go", func(w io.Writer) error { return render.JSON(w, everyKey()) }},
		{"json_anomaly.go", func(w io.Writer) error { return render.AnomaliesJSON(w, 1, 2, alerts()) }},
	} {
		var b bytes.Buffer
		if err := c.write(&b); err != nil {
			t.Fatal(err)
		}
		words := docWords(t, c.source, "json_anomaly.go")
		for _, key := range keysOf(t, b.Bytes()) {
			if !slices.Contains(words, key) {
				t.Errorf("%s does not document the key %s", c.source, key)
			}
		}
	}
}

func TestSheetsGolden(t *testing.T) {
	forms := map[string]func(io.Writer) error{
		"whole.json": func(w io.Writer) error { return render.JSON(w, whole()) },
		"anomalies.json": func(w io.Writer) error {
			return render.AnomaliesJSON(w, providers.NewDay(2026, 11, 1), providers.NewDay(2026, 11, 20), alerts())
		},
		"no-anomalies.json": func(w io.Writer) error {
			return render.AnomaliesJSON(w, providers.NewDay(2026, 11, 1), providers.NewDay(2026, 11, 1), []anomaly.Alert(nil))
		},
	}
	all := scenes()
	for _, name := range []string{"hostile-names", "empty", "two-currencies"} {
		forms[name+".csv"] = func(w io.Writer) error { return render.CSV(w, all[name].report(t), render.Chinese) }
	}
	for _, lang := range []render.Lang{render.Chinese, render.English} {
		forms["whole."+string(lang)+".csv"] = func(w io.Writer) error { return render.CSV(w, whole(), lang) }
	}
	for name, write := range forms {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			compareGolden(t, filepath.Join(golden, name), b.Bytes())
		})
	}
}
