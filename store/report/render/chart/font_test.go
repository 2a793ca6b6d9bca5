package chart_test

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/font/gofont/gomono"

	"goscan/store/report/render/chart"
)

func latin(t *testing.T) *chart.Fonts {
	t.Helper()
	fonts, err := chart.LatinFonts()
	if err != nil {
		t.Fatal(err)
	}
	return fonts
}

func TestBuiltInFontsHaveWhatReportsSay(t *testing.T) {
	fonts := latin(t)
	if text := "Daily cost 2026-11-20 -¥1,234.50 $ € ▲ ▼ ≈ = – · … % é"; !fonts.Have(text) {
		t.Errorf("a letter of %q is missing", text)
	}
	if fonts.Chinese() || fonts.Have("🚀") {
		t.Error("the built-in fonts claim to have Chinese or emoji")
	}
}

// misaligned returns a font collection whose tables begin at odd offsets, as WenQuanYi Micro Hei's do.
func misaligned(font []byte) []byte {
	const start, head, record = 17, 12, 16
	tables := int(binary.BigEndian.Uint16(font[4:]))
	moved := append([]byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x11"), 0)
	moved = append(moved, font[:head+tables*record]...)
	for i := range tables {
		r := moved[start+head+i*record:]
		from, length := binary.BigEndian.Uint32(r[8:]), binary.BigEndian.Uint32(r[12:])
		if len(moved)%4 == 0 {
			moved = append(moved, 0)
		}
		binary.BigEndian.PutUint32(moved[start+head+i*record+8:], uint32(len(moved)))
		moved = append(moved, font[from:from+length]...)
	}
	return moved
}

func fontFile(t *testing.T, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "font")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestFontsWithMisalignedTablesAreRead(t *testing.T) {
	if _, err := latin(t).With(fontFile(t, misaligned(gomono.TTF))); err != nil {
		t.Error(err)
	}
}

func TestBrokenFontsAreErrors(t *testing.T) {
	whole := misaligned(gomono.TTF)
	for _, length := range []int{0, 3, 12, 16, 17, 25, 29, 100, 300, len(whole) / 2} {
		file := fontFile(t, whole[:length])
		if _, err := latin(t).With(file); err == nil || !bytes.Contains([]byte(err.Error()), []byte(file)) {
			t.Errorf("of %d bytes the error is %v", length, err)
		}
	}
	lost := bytes.Clone(whole)
	binary.BigEndian.PutUint32(lost[12:], 1<<31)
	if _, err := latin(t).With(fontFile(t, lost)); err == nil {
		t.Error("a collection whose font is far behind its end is read")
	}
	if _, err := latin(t).With(filepath.Join(t.TempDir(), "none.ttf")); !os.IsNotExist(err) {
		t.Errorf("of no file the error is %v", err)
	}
}

func TestFoldersWithoutAGoodFontChangeNothing(t *testing.T) {
	folder := t.TempDir()
	for name, data := range map[string][]byte{"msyh.ttc": []byte("no font"), "SimHei.ttf": gomono.TTF, "other.ttf": gomono.TTF} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fonts := latin(t)
	if fonts.WithChinese([]string{folder, filepath.Join(folder, "none")}).Chinese() {
		t.Error("Chinese is found where there is none")
	}
}

func TestPaintingIsRepeatable(t *testing.T) {
	p := chart.Picture{
		Title: chart.Text{Words: "Title"}, State: chart.Text{Words: "state", Tone: chart.Warning}, Details: []string{"detail", "and another"},
		Panels: []chart.Panel{{
			Total: "¥123,456,789,012,345,678.90", Changes: []chart.Text{{Words: "▲ 1.0%", Tone: chart.Rise}}, PartsAre: "By service",
			Trend: chart.Trend{
				Numbers: append(known(-3, 5), chart.Number{}), Labels: []string{"a", "b", "c"}, Scale: chart.Thousands(), Symbol: "¥",
			},
			Parts: []chart.Part{{Label: "one", Amount: "¥1.00", Value: 1}, {Label: "two", Amount: "-¥2.00", Value: -2}},
		}},
		Lines: []chart.Text{{Words: "中文 🚀 without a font"}},
	}
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if err := p.Paint(b, latin(t)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same picture has two forms")
	}
	img, err := png.Decode(&first)
	if err != nil || img.Bounds().Dx() != 1600 || img.Bounds().Dy() < 800 {
		t.Errorf("the picture is %v, %v", img.Bounds(), err)
	}
}
