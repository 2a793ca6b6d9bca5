package call

import (
	"encoding/json"
	"strings"
	"testing"
)

// jsonTexts are valid and invalid in every way that the grammar knows.
func jsonTexts() []string {
	return []string{
		``, ` `, `null`, ` null `, `nul`, `nulll`, `true`, `false`, `tru e`, `{}`, `[]`, `[ ]`, `{ }`, `[1,]`, `[,1]`, `[1 2]`, `[1,2]`,
		`{"a":1}`, `{"a" : 1 , "b":[{}]}`, `{"a"}`, `{"a":}`, `{a:1}`, `{"a":1,}`, `{,}`, `{"a":1 "b":2}`, `{"a":1]`, `[1}`, `[`, `{`, `]`,
		`0`, `-0`, `00`, `01`, `-`, `-1`, `+1`, `1.`, `.5`, `1.5`, `1e5`, `1E+5`, `1e-5`, `1e`, `1e+`, `1.e5`, `0e0`, `1 2`, `1x`, `0x1`,
		`"`, `""`, `"a`, `"a\"`, `"\""`, `"\\"`, `"\/\b\f\n\r\t"`, `"\x"`, `"\u12aF"`, `"\u12a"`, `"\u12ag"`, `"\u"`, `"\`,
		"\"\n\"", "\"\x00\"", "\"\x7f\"", "\"\xff\xfe\"", "\x00", "null\x00", "\ufeff{}", "{\"a\":\"\t\"}", "\f1", "[1\v]",
		strings.Repeat("[", deepest) + strings.Repeat("]", deepest), strings.Repeat("[", deepest+1) + strings.Repeat("]", deepest+1),
	}
}

func TestValidIsWhatPackageJSONSays(t *testing.T) {
	for _, text := range jsonTexts() {
		if got, want := valid(text), json.Valid([]byte(text)); got != want {
			t.Errorf("valid(%.40q) = %v, want %v", text, got, want)
		}
	}
}

func FuzzValid(f *testing.F) {
	for _, text := range jsonTexts() {
		if len(text) < 1000 {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := valid(text), json.Valid([]byte(text)); got != want {
			t.Errorf("valid(%q) = %v, want %v", text, got, want)
		}
	})
}

func BenchmarkValid(b *testing.B) {
	row := `{"BillCategory":"消费-使用","BillDetailId":"-","BillID":"","Count":"31.68","Formula":"","RoundAmount":0.00296,"Tag":"{\"env\":[\"prod\"]}"}`
	text := "[" + strings.Repeat(row+",", 3000) + row + "]"
	for name, check := range map[string]func() bool{
		"ours":          func() bool { return valid(text) },
		"encoding/json": func() bool { return json.Valid([]byte(text)) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if !check() {
					b.Fatal("not valid")
				}
			}
		})
	}
}
