package render_test

import (
	"bytes"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"goscan/store/report/render"
)

// chromium runs a headless browser without network on a file and returns what it prints.
func chromium(t *testing.T, page string, flags ...string) string {
	t.Helper()
	var browser string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no browser (Debian: chromium)")
		}
		t.Skip("no browser: chromium is not installed")
	}
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), browser, append(flags,
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--no-first-run", "--user-data-dir="+t.TempDir(), "file://"+file)...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, complaints.String())
	}
	return string(out)
}

func TestABrowserShowsTheReportsNumbers(t *testing.T) {
	checkWhole(t, chromium(t, htmlOf(t, whole(), render.English), "--dump-dom"))
}

// A frame as wide as a phone holds every page; a script outside of it measures how wide the page is.
func TestPagesFitAPhone(t *testing.T) {
	const phone = 390
	names := []string{"whole zh", "whole en", "hostile-names zh", "many-services zh", "two-currencies en", "huge en", "empty zh"}
	all := pages(t)
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><body>")
	for _, name := range names {
		fmt.Fprintf(&b, `<iframe title="%s" width="%d" height="700" srcdoc="%s"></iframe>`, name, phone, html.EscapeString(all[name]))
	}
	b.WriteString(`<pre></pre><script>onload = () => {
		for (const f of document.querySelectorAll("iframe")) {
			const d = f.contentDocument, wide = [...d.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > 390);
			document.querySelector("pre").append(f.title + ": " + d.documentElement.scrollWidth + " wide, beyond it " +
				wide.map(e => e.tagName + "." + e.className + " " + e.textContent).slice(0, 3) + "\n");
			f.remove();
		}
		document.querySelector("script").remove();
	}</script>`)
	measured := chromium(t, b.String(), "--dump-dom", "--hide-scrollbars")
	for _, name := range names {
		if want := fmt.Sprintf("%s: %d wide, beyond it \n", name, phone); !strings.Contains(measured, want) {
			t.Errorf("there is no %q in what was measured:\n%s", want, measured)
		}
	}
}

func TestPagesPrint(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.pdf")
	chromium(t, htmlOf(t, whole(), render.Chinese), "--no-pdf-header-footer", "--print-to-pdf="+file)
	pdf, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(pdf, []byte("/Type /Page\n")); !bytes.HasPrefix(pdf, []byte("%PDF-")) || n < 2 || n > 6 {
		t.Errorf("the report prints on %d pages", n)
	}
	if !bytes.Contains(pdf, []byte("/MediaBox [0 0 594.95")) && !bytes.Contains(pdf, []byte("/MediaBox [0 0 595")) {
		t.Error("the pages are not A4")
	}
}
