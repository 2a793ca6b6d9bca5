package render_test

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font/gofont/goregular"

	"goscan/store/report"
	"goscan/store/report/render"
	"goscan/store/report/render/chart"
)

// textsOf returns every text of a picture.
func textsOf(p *chart.Picture) []string {
	all := append([]string{p.Title.Words, p.State.Words}, p.Details...)
	for _, line := range p.Lines {
		all = append(all, line.Words)
	}
	for _, panel := range p.Panels {
		all = append(all, panel.Total, panel.PartsAre, panel.Trend.Title, panel.Trend.Gaps)
		all = append(all, panel.Trend.Labels...)
		for _, c := range panel.Changes {
			all = append(all, c.Words)
		}
		for _, part := range panel.Parts {
			all = append(all, part.Label, part.Amount)
		}
	}
	return all
}

// needsChineseFont skips a test on a machine without a font for Chinese, but fails it in CI.
func needsChineseFont(t *testing.T, fonts *chart.Fonts) {
	t.Helper()
	if fonts.Chinese() {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no font for Chinese (Debian: fonts-wqy-microhei)")
	}
	t.Skip("no font for Chinese")
}

func TestPictureShowsTheReportsNumbers(t *testing.T) {
	p, fonts, err := render.Picture(whole(), render.PNGOptions{Lang: render.Chinese}, chart.FontFolders())
	if err != nil {
		t.Fatal(err)
	}
	needsChineseFont(t, fonts)
	texts := textsOf(p)
	for _, want := range []string{
		"每日费用  2026-11-20 周五", "¥4,215.87", "▲ 8.9%  +¥344.85  较前一日 11-19 周四",
		"▲ 7.9%  本月累计 ¥71,234.56，较上月同期", "云服务器 ECS", "¥1,508.17", "其余 31 项", "¥802.26",
	} {
		if !slices.Contains(texts, want) {
			t.Errorf("there is no %q in %q", want, texts)
		}
	}
	if numbers := p.Panels[0].Trend.Numbers; len(numbers) != 30 || numbers[20].Known || numbers[12].Known || !numbers[29].Known {
		t.Errorf("the trend is %v", numbers)
	}
}

func TestPicturesOfEverySituation(t *testing.T) {
	reports := map[string]*report.Report{"whole": whole()}
	for name, scene := range scenes() {
		reports[name] = scene.report(t)
	}
	for name, r := range reports {
		p, fonts, err := render.Picture(r, render.PNGOptions{Lang: render.Chinese}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(textsOf(p), "\n"); strings.Contains(text, "%!") || strings.Contains(text, "%s") {
			t.Errorf("%s: a text is badly worded:\n%s", name, text)
		}
		var b bytes.Buffer
		if err := p.Paint(&b, fonts); err != nil {
			t.Fatal(err)
		}
		if img, err := png.DecodeConfig(&b); err != nil || img.Width != 1600 || img.Height < 300 {
			t.Errorf("%s: %v, %v", name, img, err)
		}
	}
}

func TestPicturesAreRepeatable(t *testing.T) {
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if err := render.PNG(b, whole(), render.PNGOptions{Lang: render.English}); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same report has two pictures")
	}
}

func TestWithoutAFontForChineseThereIsNone(t *testing.T) {
	all := scenes()
	for _, name := range []string{"two-clouds", "hostile-names", "account-missing", "month"} {
		p, fonts, err := render.Picture(all[name].report(t), render.PNGOptions{Lang: render.Chinese}, []string{t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range textsOf(p) {
			if !fonts.Have(text) {
				t.Errorf("%s: %q cannot be written", name, text)
			}
		}
	}
	p, _, err := render.Picture(whole(), render.PNGOptions{Lang: render.Chinese}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, part := range p.Panels[0].Parts {
		labels = append(labels, part.Label)
	}
	if want := []string{"Alibaba ecs", "Volcengine ecs", "rds", "veDB_for_MySQL", "31 others"}; !slices.Equal(labels, want) {
		t.Errorf("services are called %q, want %q", labels, want)
	}
}

func TestFontFile(t *testing.T) {
	folder := t.TempDir()
	latin, broken := filepath.Join(folder, "latin.ttf"), filepath.Join(folder, "broken.ttf")
	for file, data := range map[string][]byte{latin: goregular.TTF, broken: []byte("no font at all")} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := render.PNG(&b, whole(), render.PNGOptions{Lang: render.Chinese, FontFile: latin}); err != nil {
		t.Errorf("a font without Chinese: %v", err)
	}
	err := render.PNG(&b, whole(), render.PNGOptions{FontFile: broken})
	if err == nil || !strings.Contains(err.Error(), broken) {
		t.Errorf("a file that is no font: %v", err)
	}
	if err := render.PNG(&b, whole(), render.PNGOptions{FontFile: filepath.Join(folder, "none")}); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
}
