package chart

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// Fonts are what texts are painted with: a letter is taken from the first font that has it. The fonts with Latin letters
// and digits are built in, so that a picture without Chinese is the same on every machine.
type Fonts struct {
	regular, bold []*sfnt.Font
}

// probe are letters that a font for Chinese must have.
const probe = "费用云服务器合计"

// LatinFonts returns the fonts that are built in: they have no Chinese.
func LatinFonts() (*Fonts, error) {
	regular, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return nil, err
	}
	bold, err := sfnt.Parse(gobold.TTF)
	return &Fonts{[]*sfnt.Font{regular}, []*sfnt.Font{bold}}, err
}

// With returns the fonts with one more, which is used for the letters that they lack: in both weights.
func (f *Fonts) With(file string) (*Fonts, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	font, err := parseFont(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &Fonts{append(slices.Clone(f.regular), font), append(slices.Clone(f.bold), font)}, nil
}

// Chinese tells whether Chinese can be painted.
func (f *Fonts) Chinese() bool { return f.Have(probe) }

// Have tells whether there is a glyph for every letter of a text.
func (f *Fonts) Have(text string) bool {
	for _, r := range text {
		if fontOf(f.regular, r) == nil {
			return false
		}
	}
	return true
}

// fontOf returns the first font that has the letter.
func fontOf(fonts []*sfnt.Font, r rune) *sfnt.Font {
	var b sfnt.Buffer
	for _, f := range fonts {
		if i, err := f.GlyphIndex(&b, r); err == nil && i != 0 {
			return f
		}
	}
	return nil
}

// chineseFonts are the fonts for Chinese that systems bring, best first, as their file names begin in lower case. They
// are sans serif and of a regular weight.
func chineseFonts() []string {
	return []string{
		"notosanscjk-regular", "notosanssc-regular", "notosanscjksc-regular", "sourcehansanssc-regular", "sourcehansanscn-regular",
		"pingfang", "hiragino sans gb", "stheiti light", "stheiti medium", "msyh.", "deng.", "wqy-microhei", "simhei",
		"wqy-zenhei", "droidsansfallback", "arial unicode", "simsun",
	}
}

// FontFolders returns where systems keep fonts.
func FontFolders() []string {
	folders := []string{
		"/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts",
		filepath.Join(cmp.Or(os.Getenv("WINDIR"), `C:\Windows`), "Fonts"),
	}
	if home, err := os.UserHomeDir(); err == nil {
		for _, folder := range []string{".local/share/fonts", ".fonts", "Library/Fonts"} {
			folders = append(folders, filepath.Join(home, folder))
		}
	}
	return folders
}

// WithChinese returns the fonts with the best font for Chinese of the folders, or as they are when there is none.
func (f *Fonts) WithChinese(folders []string) *Fonts {
	type candidate struct {
		rank int
		file string
	}
	var found []candidate
	known := chineseFonts()
	for _, folder := range folders {
		// A folder that is not there or may not be read has no fonts for us.
		_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			name := strings.ToLower(d.Name())
			rank := slices.IndexFunc(known, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
			if ext := filepath.Ext(name); rank >= 0 && slices.Contains([]string{".ttf", ".ttc", ".otf", ".otc"}, ext) {
				found = append(found, candidate{rank, path})
			}
			return nil
		})
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.file, b.file))
	})
	for _, c := range found {
		if with, err := f.With(c.file); err == nil && with.Chinese() {
			return with
		}
	}
	return f
}

var errFont = errors.New("not a TrueType or OpenType font")

// parseFont reads a font, or of a collection the one for simplified Chinese, or the first. Its tables are first moved to
// where the format wants them, at multiples of four bytes: WenQuanYi Micro Hei's are not, and package sfnt refuses them.
func parseFont(data []byte) (*sfnt.Font, error) {
	const (
		head, record, four = 12, 16, 4
		tableOffset        = 8 // in a record, then its length
	)
	start, err := startOfFont(data)
	if err != nil || len(data) < start+head {
		return nil, errFont
	}
	tables := int(binary.BigEndian.Uint16(data[start+four:]))
	directory := head + tables*record
	if len(data) < start+directory {
		return nil, errFont
	}
	moved := slices.Clone(data[start : start+directory])
	for i := range tables {
		r := data[start+head+i*record:]
		from, length := int(binary.BigEndian.Uint32(r[tableOffset:])), int(binary.BigEndian.Uint32(r[tableOffset+four:]))
		if from > len(data) || length > len(data)-from {
			return nil, errFont
		}
		binary.BigEndian.PutUint32(moved[head+i*record+tableOffset:], uint32(len(moved)))
		moved = append(moved, data[from:from+length]...)
		moved = append(moved, make([]byte, -len(moved)&(four-1))...)
	}
	return sfnt.Parse(moved)
}

// startOfFont returns where in a file the font begins.
func startOfFont(data []byte) (int, error) {
	const (
		collection  = "ttcf"
		firstOffset = 12 // of a collection: the offset of its first font
		size        = 4
		simplified  = " SC" // ends the family's name
	)
	if !strings.HasPrefix(string(data[:min(len(data), size)]), collection) {
		return 0, nil
	}
	at := firstOffset
	if c, err := sfnt.ParseCollection(data); err == nil {
		for i := range c.NumFonts() {
			if f, err := c.Font(i); err == nil {
				if name, err := f.Name(nil, sfnt.NameIDFamily); err == nil && strings.HasSuffix(name, simplified) {
					at += i * size
					break
				}
			}
		}
	}
	if len(data) < at+size {
		return 0, errFont
	}
	return int(binary.BigEndian.Uint32(data[at:])), nil
}
