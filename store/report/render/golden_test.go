package render_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goscan/store/report"
	"goscan/store/report/render"
)

var update = flag.Bool("update", false, "write the golden files")

const golden = "../../../testdata/report"

func render80(w io.Writer, r *report.Report, lang render.Lang) error {
	return render.Text(w, r, render.TextOptions{Width: 80, Lang: lang})
}

// Every situation is kept as text in both languages; the other formats only where they differ in more than the table.
func TestGolden(t *testing.T) {
	everyFormat := map[string]bool{
		"two-clouds": true, "account-missing": true, "refunds": true, "hostile-names": true, "empty": true, "month": true, "everything": true, "everything-monthly": true,
	}
	type form struct {
		name  string
		write func(io.Writer, *report.Report) error
	}
	inBoth := func(suffix string, write func(io.Writer, *report.Report, render.Lang) error) []form {
		var forms []form
		for _, lang := range []render.Lang{render.Chinese, render.English} {
			forms = append(forms, form{string(lang) + suffix, func(w io.Writer, r *report.Report) error { return write(w, r, lang) }})
		}
		return forms
	}
	for name, scene := range scenes() {
		forms := inBoth(".txt", render80)
		if everyFormat[name] {
			forms = append(forms, inBoth(".md", render.Markdown)...)
			forms = append(forms, form{"json", render.JSON})
		}
		r := scene.report(t)
		for _, f := range forms {
			file := name + "." + f.name
			t.Run(file, func(t *testing.T) {
				var got bytes.Buffer
				if err := f.write(&got, r); err != nil {
					t.Fatal(err)
				}
				compareGolden(t, filepath.Join(golden, file), got.Bytes())
			})
		}
	}
}

func compareGolden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("differs from %s (-want +got); run with -update if that is right:\n%s", file, diff)
	}
}
