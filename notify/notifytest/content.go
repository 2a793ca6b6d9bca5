package notifytest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func (s Subject) testArrives(t *testing.T) {
	on := s.open(t)
	parts := on.send(t, Sample())
	if len(parts) == 0 || len(on.server.Messages()) != len(parts) {
		t.Fatalf("%d of %d parts arrived", len(on.server.Messages()), len(parts))
	}
	for _, want := range []string{"云费用日报 2026-11-22", "1,234.56", "本月至今", "按服务", "前三名", "云服务器", "合计", "按抵扣代金券前的费用统计", "https://example.com/report"} {
		if !strings.Contains(on.shown(), want) {
			t.Errorf("%q did not arrive:\n%s", want, on.shown())
		}
	}
	again, err := on.channel.Render(Sample())
	if err != nil || !reflect.DeepEqual(parts, again) {
		t.Errorf("rendered once more it is another message, %v", err)
	}
	if pace := on.channel.Pace(); s.Kind != "webhook" && (pace.Key == "" || len(pace.Windows) == 0) {
		t.Errorf("no pace: %+v", pace)
	}
	mustHide(t, "pace", on.channel.Pace().Key)
}

func (s Subject) testManyRows(t *testing.T) {
	on := s.open(t)
	parts := on.send(t, manyRows(500))
	if len(parts) > 5 {
		t.Errorf("%d messages", len(parts))
	}
	shown := on.shown()
	rows := 0
	for i := range 500 {
		switch strings.Count(shown, rowName(i)) {
		case 0:
		case 1:
			rows++
		default:
			t.Errorf("row %d is shown twice", i)
		}
	}
	if want := fmt.Sprintf("另有 %d 行未列出", 500-rows); rows < 500 && !strings.Contains(shown, want) {
		t.Errorf("%d rows are shown, and nothing says %q", rows, want)
	}
	if rows < 50 || !strings.Contains(shown, "124,750.00") || !strings.Contains(shown, "按抵扣代金券前的费用统计") {
		t.Errorf("%d rows; the total or the note is lost", rows)
	}
	t.Logf("%d rows in %d messages", rows, len(parts))
}

func (s Subject) testOdd(t *testing.T) {
	for name, m := range odd() {
		t.Run(name, func(t *testing.T) {
			on := s.open(t)
			on.send(t, m)
			if m.Title != "" && len(on.server.Messages()) == 0 {
				t.Error("nothing arrived")
			}
		})
	}
}

func (s Subject) testHostile(t *testing.T) {
	for _, name := range Hostile() {
		on := s.open(t)
		m := Sample()
		m.Title, m.Summary, m.Notes = name+" T", append(m.Summary, name), append(m.Notes, name)
		section := &m.Sections[0]
		section.Heading, section.Lines = name, []string{name}
		section.Table.Columns[0].Title = name
		section.Table.Rows[0][0], section.Table.Rows[1][2] = name, name
		m.Link = ""
		parts := on.send(t, m)
		for _, p := range parts {
			if !utf8.Valid(p.Body) {
				t.Errorf("%q: a body is not UTF-8", name)
			}
		}
		for _, markup := range s.Markup {
			if strings.Contains(on.shown(), markup) {
				t.Errorf("%q is shown as markup %q:\n%s", name, markup, on.shown())
			}
		}
	}
}

func (s Subject) testSettings(t *testing.T) {
	on := s.open(t)
	settings := s.Settings(on.server.URL())
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	mustHide(t, "settings", settings, string(text))
	settings.Base().Lang = "xx"
	if err := settings.Validate(); err == nil {
		t.Error("lang: xx is valid: Validate does not check the keys of every channel")
	}
	mustHide(t, "Validate", settings.Validate())
	// An address that is written wrong must not be shown either.
	for _, wrong := range []string{"", "http://example.com/" + Key, "ftp://" + Key, "%zz" + Key, "https://" + Key + " /x"} {
		bad := s.Settings(wrong)
		err := bad.Validate()
		if err == nil {
			t.Errorf("an address of %q is valid", wrong)
		}
		mustHide(t, "Validate", err)
	}
}
