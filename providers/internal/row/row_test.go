package row_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"goscan/providers"
	"goscan/providers/internal/row"
)

func TestNativeKeepsWhatAColumnDoesNotGiveBack(t *testing.T) {
	rows, err := row.Decode(`[{"same":"a","dash":"-","null":null,"number":1.50,"exact":1.5,"zeros":"0.042000",
		"list":[1.10,"<&>"],"yes":true,"unread":"新\n","kept":"k","unknown":"many"}]`)
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
	if got := r.Native().Map(); !maps.Equal(got, want) || r.Err() != nil {
		t.Errorf("native %v (%v), want %v", got, r.Err(), want)
	}
}

func TestTheFirstErrorIsKept(t *testing.T) {
	r := reader(t, `{"a":"x","b":"y"}`, 9)
	r.Money("a")
	r.Money("b")
	r.Derived("c", providers.Money{})
	if err := r.Err(); providers.KindOf(err) != providers.Malformed || err.Error() != `line 9: a: "x" is not an amount` {
		t.Errorf("error %v", err)
	}
}

func TestDerivedAmountsMustFit(t *testing.T) {
	r := reader(t, `{"a":"99999999999999999999999999","b":"-1"}`, 0)
	r.Derived("sum", r.Money("a").Sub(r.Money("b")))
	if err := r.Err(); providers.KindOf(err) != providers.Malformed {
		t.Errorf("error %v", err)
	}
}

func TestDecode(t *testing.T) {
	for text, want := range map[string]int{"null": 0, "[]": 0, "[{}]": 1, "{}": -1, `"x"`: -1, "[1]": -1, "[null]": -1} {
		rows, err := row.Decode(text)
		if (err != nil) != (want < 0) || (err == nil && len(rows) != want) || (err != nil && providers.KindOf(err) != providers.Malformed) {
			t.Errorf("%s: %d rows, %v", text, len(rows), err)
		}
	}
}

func TestCount(t *testing.T) {
	for text, want := range map[string]int{"3": 3, `"3"`: 3, "-1": -1, "0": 0} {
		if got, err := row.Count("Total", text); err != nil || got != want {
			t.Errorf("%s: %d (%v), want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "null", "1.5", `""`, "[]", "true", "99999999999999999999"} {
		if got, err := row.Count("Total", text); providers.KindOf(err) != providers.Malformed {
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
			rows, err := row.Decode(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := pages.Repeats(rows); got != test.want {
				t.Errorf("%s repeats: %t, want %t", test.text, got, test.want)
			}
		})
	}
}

func reader(t *testing.T, object string, offset int) *row.Reader {
	t.Helper()
	rows, err := row.Decode("[" + object + "]")
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d rows, error %v", len(rows), err)
	}
	return row.NewReader(rows[0], offset)
}

func TestScalarsAreStringsOrNumbers(t *testing.T) {
	for text, want := range map[string]string{`"a"`: "a", `"\u4e2d\n"`: "中\n", "12345678901234567890": "12345678901234567890", "null": "", "": "", "true": "true"} {
		if got, ok := row.Scalar(text); !ok || got != want {
			t.Errorf("%s: %q (%t)", text, got, ok)
		}
	}
	if got, ok := row.Scalar("[1]"); ok {
		t.Errorf("a list was accepted: %q", got)
	}
}

func TestFieldsAreFoundAsEncodingJSONFindsThem(t *testing.T) {
	const object = ` { "A" : {"b":"}","c":[1,"]"]} , "b":1.50,"other":[{}],"a\u0062":"\\\"," ,"LIST":null,"b":"2"} `
	got, ok := row.Fields(object, "A", "b", "ab", "List", "absent")
	want := []string{`{"b":"}","c":[1,"]"]}`, `"2"`, `"\\\","`, "null", ""}
	if !ok || !slices.Equal(got, want) {
		t.Errorf("%q (%t), want %q", got, ok, want)
	}
	for text, want := range map[string]bool{"null": true, "{}": true, "[]": false, `"x"`: false, "1": false} {
		if _, ok := row.Fields(text, "A"); ok != want {
			t.Errorf("%s is an object: %t", text, ok)
		}
	}
}

func TestWhatColumnsOfNumbersGiveBack(t *testing.T) {
	for text, exact := range map[string]bool{
		"0": true, "1": true, "-1": true, "0.5": true, "-0.000000000001": true, "10": true, "12345678901.25": true,
		"-0": false, "0.0": false, "1.": false, ".5": false, "+1": false, "01": false, "1e3": false, "0.50": false, "-": false, "": false,
	} {
		r := reader(t, `{"amount":"`+text+`"}`, 0)
		r.Money("amount")
		native, kept := r.Native().Get("amount")
		if r.Err() != nil || kept == exact || kept && native != text {
			t.Errorf("%q: native %q (%t), want it kept: %t; error %v", text, native, kept, !exact, r.Err())
		}
	}
	r := reader(t, `{"amount":0.0320000000000000001}`, 0)
	if got := r.RoundedMoney("amount"); got.String() != "0.032" || r.Native().Map()["amount"] != "0.0320000000000000001" {
		t.Errorf("rounded to %s, native %v", got, r.Native())
	}
}

func TestRowsOfOtherFieldsAndOfFieldsThatRepeat(t *testing.T) {
	rows, err := row.Decode(`[{"a":1,"b":"x"},{"b":"y","a":2},{"a":3},{},{"a":4,"b":"z","a":5}]`)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []map[string]string{{"a": "1", "b": "x"}, {"a": "2", "b": "y"}, {"a": "3"}, {}, {"a": "5", "b": "z"}} {
		if got := row.NewReader(rows[i], i).Native(); !slices.IsSorted(got.Keys) || !maps.Equal(got.Map(), want) {
			t.Errorf("row %d: %v, want %v", i, got, want)
		}
	}
}

func TestTextsOfLists(t *testing.T) {
	for text, want := range map[string]map[string]string{
		`{"a":["1","2"],"b":[],"c":null,"d":["x\"y",null]}`: {"a": "1;2", "b": "", "c": "", "d": "x\"y;"},
		"{}": {}, `{"a":["1"],"a":["2"]}`: {"a": "2"},
		"": nil, "null": nil, "[]": nil, `{"a":"1"}`: nil, `{"a":[1]}`: nil, `{"a":[["1"]]}`: nil, `{"a":["1"]`: nil, `{"a":["1"]}}`: nil,
	} {
		if got, ok := row.Texts(text, ";"); ok != (want != nil) || ok && !maps.Equal(got, want) {
			t.Errorf("%s: %v (%t), want %v", text, got, ok, want)
		}
	}
}

// FuzzDecode holds that rows are what encoding/json makes of them.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`[{"a":"\u00e9\ud83d\ude00\ud800","b":1.50e-7,"c":{"z":[1,null],"a":"<"},"a":true}]`, "[{\"\xff\":\"\xc3\x28\"}]", ` [ { } , {"":""} ] `} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := row.Decode(text)
		if !json.Valid([]byte(text)) {
			return // it has to end, no more
		}
		var want []map[string]any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		wantErr := d.Decode(&want)
		if slices.ContainsFunc(want, func(m map[string]any) bool { return m == nil }) {
			wantErr = errors.New("null")
		}
		if (err != nil) != (wantErr != nil) || err == nil && len(rows) != len(want) {
			t.Fatalf("%d rows and %v, want %d and %v", len(rows), err, len(want), wantErr)
		}
		for i := 0; err == nil && i < len(rows); i++ {
			native := row.NewReader(rows[i], i).Native()
			if len(native.Keys) != len(want[i]) || !slices.IsSorted(native.Keys) {
				t.Fatalf("row %d: %v, want %v", i, native, want[i])
			}
			for name, value := range want[i] {
				text, isString := value.(string)
				if !isString {
					text = compact(t, value)
				}
				if got, ok := native.Get(name); !ok || got != text {
					t.Fatalf("row %d: %q is %q, want %q", i, name, got, text)
				}
			}
		}
	})
}

func compact(t *testing.T, value any) string {
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(text.String(), "\n")
}
