package row_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"

	"goscan/providers"
	"goscan/providers/internal/row"
)

func TestNativeKeepsWhatAColumnDoesNotGiveBack(t *testing.T) {
	rows, err := row.Decode(json.RawMessage(`[{"same":"a","dash":"-","null":null,"number":1.50,"exact":1.5,"zeros":"0.042000",
		"list":[1.10,"<&>"],"yes":true,"unread":"新\n","kept":"k","unknown":"many"}]`))
	if err != nil {
		t.Fatal(err)
	}
	r := row.NewReader(rows[0], 3)
	for field, want := range map[string]string{"same": "a", "dash": "", "null": "", "list": "", "yes": "true", "absent": ""} {
		if got := r.Text(field); got != want {
			t.Errorf("%s = %q, want %q", field, got, want)
		}
	}
	for field, want := range map[string]string{"number": "1.5", "exact": "1.5", "zeros": "0.042", "missing": "0"} {
		if got := r.Money(field); got.String() != want {
			t.Errorf("%s = %s, want %s", field, got, want)
		}
	}
	if got := r.KeptText("kept"); got != "k" {
		t.Errorf("kept = %q", got)
	}
	if q := r.Quantity("unknown"); q.Valid {
		t.Errorf("unknown = %v", q)
	}
	want := map[string]string{
		"dash": "-", "null": "null", "number": "1.50", "zeros": "0.042000", "list": `[1.10,"<&>"]`, "unread": "新\n", "kept": "k", "unknown": "many",
	}
	if got := r.Native(); !maps.Equal(got, want) || r.Err() != nil {
		t.Errorf("native %v (%v), want %v", got, r.Err(), want)
	}
}

func TestTheFirstErrorIsKept(t *testing.T) {
	r := row.NewReader(map[string]any{"a": "x", "b": "y"}, 9)
	r.Money("a")
	r.Money("b")
	r.Derived("c", providers.Money{})
	if err := r.Err(); providers.KindOf(err) != providers.Malformed || err.Error() != `line 9: a: "x" is not an amount` {
		t.Errorf("error %v", err)
	}
}

func TestDerivedAmountsMustFit(t *testing.T) {
	r := row.NewReader(map[string]any{"a": "99999999999999999999999999", "b": "-1"}, 0)
	r.Derived("sum", r.Money("a").Sub(r.Money("b")))
	if err := r.Err(); providers.KindOf(err) != providers.Malformed {
		t.Errorf("error %v", err)
	}
}

func TestDecode(t *testing.T) {
	for text, want := range map[string]int{"null": 0, "[]": 0, "[{}]": 1, "{}": -1, `"x"`: -1, "[1]": -1, "[null]": -1} {
		rows, err := row.Decode(json.RawMessage(text))
		if (err != nil) != (want < 0) || (err == nil && len(rows) != want) || (err != nil && providers.KindOf(err) != providers.Malformed) {
			t.Errorf("%s: %d rows, %v", text, len(rows), err)
		}
	}
}

func TestCount(t *testing.T) {
	for text, want := range map[string]int{"3": 3, `"3"`: 3, "-1": -1, "0": 0} {
		if got, err := row.Count("Total", json.RawMessage(text)); err != nil || got != want {
			t.Errorf("%s: %d (%v), want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "null", "1.5", `""`, "[]", "true", "99999999999999999999"} {
		if got, err := row.Count("Total", json.RawMessage(text)); providers.KindOf(err) != providers.Malformed {
			t.Errorf("%s: %d, error %v", text, got, err)
		}
	}
}

func TestPagesThatRepeatAreNoticed(t *testing.T) {
	var pages row.Pages
	for i, test := range []struct {
		text string
		want bool
	}{
		{`[{"a":1},{"a":2}]`, false},
		{`[{"a":2},{"a":1}]`, false},
		{`[{"a":1},{"a":2}]`, true},
		{`[{"a":1},{"a":1}]`, false},
		{`[{"a":1},{"a":1}]`, false}, // rows may be equal, and so may pages of nothing else
		{`[{"a":2},{"a":1}]`, true},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			rows, err := row.Decode(json.RawMessage(test.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := pages.Repeats(json.RawMessage(test.text), rows); got != test.want {
				t.Errorf("%s repeats: %t, want %t", test.text, got, test.want)
			}
		})
	}
}

func TestTextIsAStringOrANumber(t *testing.T) {
	for text, want := range map[string]row.Text{`"a"`: "a", "12345678901234567890": "12345678901234567890", "null": ""} {
		var got row.Text
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s: %q (%v)", text, got, err)
		}
	}
	var got row.Text
	if err := json.Unmarshal([]byte("[1]"), &got); err == nil {
		t.Error("a list was accepted")
	}
}
