package volcengine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"goscan/providers"
	"goscan/providers/internal/wiretest"
	"goscan/providers/volcengine"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	accessKey = "AKLTcanaryaccess0001"
	secretKey = "canarySecret/0001=="
	token     = "canarySTStoken0001"
)

var day = providers.NewDay(2026, 10, 31)

func open(t *testing.T, endpoint string, o providers.Options) providers.Provider {
	t.Helper()
	s := &volcengine.Settings{
		Common:    providers.Common{Endpoint: endpoint, Rate: 1000},
		AccessKey: accessKey, SecretKey: secretKey, SessionToken: token,
	}
	p, err := s.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// rows returns the rows of a page of a day: the one with an offset o is resource i-o.
func rows(offset, n int) []map[string]any {
	list := make([]map[string]any, 0, n)
	for i := range n {
		list = append(list, map[string]any{
			"BillPeriod": "2026-10", "ExpenseDate": "2026-10-31", "InstanceNo": fmt.Sprintf("i-%d", offset+i),
			"OriginalBillAmount": "0.10", "PayableAmount": "0.1", "Currency": "CNY",
		})
	}
	return list
}

func answer(list any, total any, limit, offset any) string {
	text, err := json.Marshal(map[string]any{
		"ResponseMetadata": map[string]any{"RequestId": "R1"},
		"Result":           map[string]any{"List": list, "Total": total, "Limit": limit, "Offset": offset},
	})
	if err != nil {
		panic(err) // of a test's own literal
	}
	return string(text)
}

func refusal(code string) string {
	return `{"ResponseMetadata":{"RequestId":"R1","Error":{"CodeN":1,"Code":"` + code + `","Message":"key ` + accessKey +
		` with ` + secretKey + ` and ` + token + ` is refused"}}}`
}

// page answers a request of a day with that many lines, as the cloud does.
func page(r wiretest.Request, lines int) wiretest.Reply {
	offset := int(r.Body["Offset"].(float64))
	total := -1
	if r.Body["NeedRecordNum"] == 1.0 {
		total = lines
	}
	return wiretest.Reply{Body: answer(rows(offset, min(300, lines-offset)), total, 300, offset)}
}

func TestDaysOfEverySizeAreRead(t *testing.T) {
	for _, lines := range []int{0, 1, 299, 300, 301, 600, 10000} {
		t.Run(fmt.Sprint(lines), func(t *testing.T) {
			s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, lines) })
			got, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day)
			if err != nil {
				t.Fatal(err)
			}
			wiretest.CheckLines(t, got, lines)
			if asked, want := len(s.Requests()), max(1, (lines+299)/300); asked != want {
				t.Errorf("%d requests, want %d", asked, want)
			}
		})
	}
}

func TestTheRequestIsTheDocumentedOne(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, 900) })
	if _, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Requests() {
		want := map[string]any{
			"BillPeriod": "2026-10", "ExpenseDate": "2026-10-31", "GroupPeriod": 1.0, "GroupTerm": 0.0, "IgnoreZero": 0.0,
			"Limit": 300.0, "Offset": float64((r.N - 1) * 300),
		}
		if r.N != 2 {
			want["NeedRecordNum"] = 1.0
		}
		if len(r.Body) != len(want) {
			t.Errorf("request %d: %v", r.N, r.Body)
		}
		for name, value := range want {
			if r.Body[name] != value {
				t.Errorf("request %d: %s = %v, want %v", r.N, name, r.Body[name], value)
			}
		}
		if r.Op != "ListBillDetail" || r.Query["Version"] != "2022-01-01" || r.Path != "/" {
			t.Errorf("request %d: %s %v %s", r.N, r.Op, r.Query, r.Path)
		}
		authorization := r.Header.Get("Authorization")
		if !strings.HasPrefix(authorization, "HMAC-SHA256 Credential="+accessKey+"/") || !strings.Contains(authorization, "/cn-beijing/billing/request") {
			t.Errorf("Authorization %s", authorization)
		}
		for name, value := range map[string]string{"User-Agent": wiretest.UserAgent, "X-Security-Token": token} {
			if r.Header.Get(name) != value {
				t.Errorf("%s is %q", name, r.Header.Get(name))
			}
		}
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") || r.Header.Get("X-Date") == "" || r.Header.Get("X-Content-Sha256") == "" {
			t.Errorf("headers %v", r.Header)
		}
	}
}

func TestADayThatMovesWhileItIsReadIsChanged(t *testing.T) {
	tests := map[string]func(r wiretest.Request, offset int) (wiretest.Reply, bool){
		"the total grows": func(r wiretest.Request, offset int) (wiretest.Reply, bool) {
			return wiretest.Reply{Body: answer(rows(offset, 1), 902, 300, offset)}, offset == 900
		},
		"a page repeats": func(r wiretest.Request, offset int) (wiretest.Reply, bool) {
			return wiretest.Reply{Body: answer(rows(0, 300), -1, 300, offset)}, offset == 600
		},
		"a page is empty": func(r wiretest.Request, offset int) (wiretest.Reply, bool) {
			return wiretest.Reply{Body: answer([]any{}, -1, 300, offset)}, offset == 300
		},
		"the last page is longer": func(r wiretest.Request, offset int) (wiretest.Reply, bool) {
			return wiretest.Reply{Body: answer(rows(900, 2), 901, 300, offset)}, offset == 900
		},
	}
	for name, moved := range tests {
		t.Run(name, func(t *testing.T) {
			s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply {
				if reply, ok := moved(r, int(r.Body["Offset"].(float64))); ok {
					return reply
				}
				return page(r, 901)
			})
			if _, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day); providers.KindOf(err) != providers.Changed {
				t.Errorf("kind %s: %v", providers.KindOf(err), err)
			}
		})
	}
}

func TestPagesOfOneRepeatedRowAreLegitimate(t *testing.T) {
	same := rows(0, 1)[0]
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply {
		offset := int(r.Body["Offset"].(float64))
		list := make([]any, 300)
		for i := range list {
			list[i] = same
		}
		return wiretest.Reply{Body: answer(list, 900, 300, offset)}
	})
	if lines, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day); err != nil || len(lines) != 900 {
		t.Errorf("%d lines, want 900: %v", len(lines), err)
	}
}

func TestTotalsAreNumbersOrTexts(t *testing.T) {
	s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply {
		return wiretest.Reply{Body: answer(rows(0, 2), "2", "300", "0")}
	})
	lines, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day)
	if err != nil {
		t.Fatal(err)
	}
	wiretest.CheckLines(t, lines, 2)
}

func TestAnEmptyDayIsNotReadyUntilItIsIssued(t *testing.T) {
	s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply { return wiretest.Reply{Body: answer(nil, 0, 300, 0)} })
	for name, test := range map[string]struct {
		now  time.Time
		want bool
	}{
		"half past midnight":          {(day + 1).Start().Add(30 * time.Minute), true},
		"a moment before six o'clock": {(day + 1).Start().Add(6*time.Hour - 1), true},
		"six o'clock":                 {(day + 1).Start().Add(6 * time.Hour), false},
	} {
		o := wiretest.Options()
		o.Now = func() time.Time { return test.now.In(time.FixedZone("America", -5*60*60)) }
		_, err := wiretest.Fetch(t.Context(), open(t, s.URL, o), day)
		if got := providers.KindOf(err) == providers.NotReady; got != test.want || (err != nil) != test.want {
			t.Errorf("%s: %v, want NotReady: %t", name, err, test.want)
		}
	}
}

func TestUnknownFieldsAreKept(t *testing.T) {
	s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply {
		return wiretest.Reply{Body: answer([]any{map[string]any{"NewField": "新", "NewNumber": json.Number("1.10"), "NewList": []any{"a"}}}, 1, 300, 0)}
	})
	lines, err := wiretest.Fetch(t.Context(), open(t, s.URL, wiretest.Options()), day)
	if err != nil || len(lines) != 1 {
		t.Fatal(len(lines), err)
	}
	for field, want := range map[string]string{"NewField": "新", "NewNumber": "1.10", "NewList": `["a"]`} {
		if got := lines[0].Native.Map()[field]; got != want {
			t.Errorf("%s = %q, want %q", field, got, want)
		}
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply {
		if r.N == 1 {
			return wiretest.Reply{Status: 429, Header: map[string]string{"Retry-After": "1"}, Body: refusal("AccountFlowLimitExceeded")}
		}
		return page(r, 1)
	})
	o := wiretest.Options()
	o.Patience.Total = 5 * time.Second
	began := time.Now()
	if _, err := wiretest.Fetch(t.Context(), open(t, s.URL, o), day); err != nil || time.Since(began) < time.Second {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
}

func TestAHungServerIsUnavailable(t *testing.T) {
	s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply { return wiretest.Reply{Hang: true} })
	o := wiretest.Options()
	o.Patience.Attempt, o.Patience.Total = 50*time.Millisecond, 100*time.Millisecond
	_, err := wiretest.Fetch(t.Context(), open(t, s.URL, o), day)
	if providers.KindOf(err) != providers.Unavailable || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("kind %s: %v", providers.KindOf(err), err)
	}
}

func TestAClosedPortIsUnavailable(t *testing.T) {
	_, err := wiretest.Fetch(t.Context(), open(t, "http://127.0.0.1:1", wiretest.Options()), day)
	if providers.KindOf(err) != providers.Unavailable {
		t.Errorf("kind %s: %v", providers.KindOf(err), err)
	}
}

func TestCancelIsPromptWhereverItComes(t *testing.T) {
	scripts := map[string]func(r wiretest.Request) wiretest.Reply{
		"while the first page hangs": func(wiretest.Request) wiretest.Reply { return wiretest.Reply{Hang: true} },
		"while later pages hang": func(r wiretest.Request) wiretest.Reply {
			if r.Body["Offset"] == 0.0 {
				return page(r, 5000)
			}
			return wiretest.Reply{Hang: true}
		},
		"in a pause": func(wiretest.Request) wiretest.Reply {
			return wiretest.Reply{Status: 503, Header: map[string]string{"Retry-After": "60"}, Body: refusal("ServiceUnavailable")}
		},
	}
	for name, script := range scripts {
		t.Run(name, func(t *testing.T) {
			s := wiretest.Start(t, script)
			o := wiretest.Options()
			o.Patience.Total = time.Hour
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(100*time.Millisecond, cancel)
			began := time.Now()
			_, err := wiretest.Fetch(ctx, open(t, s.URL, o), day)
			if !errors.Is(err, context.Canceled) || time.Since(began) > time.Second {
				t.Errorf("after %s: %v", time.Since(began), err)
			}
		})
	}
}

func TestTheErrorOfEmitEndsTheFetch(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return page(r, 10000) })
	full := fmt.Errorf("disk: %w", &providers.Error{Kind: providers.Other, Message: "full"})
	err := open(t, s.URL, wiretest.Options()).Fetch(t.Context(), providers.Bill{Dataset: providers.DatasetBill, Month: day.Month()}, day,
		func(p []providers.Line) error {
			if p[0].Offset == 0 {
				return nil
			}
			return full
		})
	if !errors.Is(err, full) {
		t.Errorf("error %v, want %v", err, full)
	}
	if asked := len(s.Requests()); asked > 12 {
		t.Errorf("%d requests after an error of emit", asked)
	}
}

func TestADayOutsideOfTheBillIsRefused(t *testing.T) {
	p := open(t, "http://127.0.0.1:1", wiretest.Options())
	err := p.Fetch(t.Context(), providers.Bill{Dataset: providers.DatasetBill, Month: day.Month() + 1}, day, nil)
	if err == nil || providers.KindOf(err) != providers.Other {
		t.Errorf("error %v", err)
	}
}

func TestOverviewSumsTheSample(t *testing.T) {
	sample, err := os.ReadFile(filepath.Join("../../testdata/volcengine", "ListBillOverviewByProd.official_sample.json"))
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Replace(string(sample), `"Limit": 10`, `"Limit": 300`, 1)
	s := wiretest.Start(t, func(wiretest.Request) wiretest.Reply { return wiretest.Reply{Body: body} })
	totals, err := open(t, s.URL, wiretest.Options()).Overview(t.Context(), providers.NewMonth(2022, 10))
	if err != nil || len(totals) != 1 {
		t.Fatal(totals, err)
	}
	got := totals[0]
	if got.ServiceCode != "on_line" || got.ServiceName != "线上测试产品-勿动" || got.Rows != 1 || got.ListCost.String() != "158452.248288" ||
		got.CostBeforeVoucher.String() != "158449.68" || got.RoundingAmount.String() != "2.568288" || !got.BilledCost.IsZero() {
		t.Errorf("total %+v", got)
	}
	want := map[string]any{"BillPeriod": "2022-10", "IgnoreZero": 0.0, "Limit": 300.0, "Offset": 0.0, "NeedRecordNum": 1.0}
	if asked := s.Requests(); len(asked) != 1 || fmt.Sprint(asked[0].Body) != fmt.Sprint(want) || asked[0].Op != "ListBillOverviewByProd" {
		t.Errorf("asked %+v", asked)
	}
}

func TestOverviewAddsPagesByServiceAndCurrency(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply {
		offset := int(r.Body["Offset"].(float64))
		var list []any
		for i := offset; i < min(offset+300, 450); i++ {
			settlement := "结算"
			if i%3 == 0 {
				settlement = "非结算"
			}
			list = append(list, map[string]any{"Product": fmt.Sprintf("p%d", i%2), "Currency": "CNY", "PayableAmount": "0.01", "SettlementType": settlement, "Zone": i})
		}
		return wiretest.Reply{Body: answer(list, 450, 300, offset)}
	})
	totals, err := open(t, s.URL, wiretest.Options()).Overview(t.Context(), providers.NewMonth(2026, 10))
	if err != nil || len(totals) != 2 {
		t.Fatal(totals, err)
	}
	for _, total := range totals {
		if total.Rows != 225 || total.BilledCost.String() != "2.25" || total.SettledCost.String() != "1.5" {
			t.Errorf("%s: %d rows, %s, settled %s", total.ServiceCode, total.Rows, total.BilledCost, total.SettledCost)
		}
	}
}

func TestCheckIsOneCheapCall(t *testing.T) {
	s := wiretest.Start(t, func(r wiretest.Request) wiretest.Reply { return wiretest.Reply{Body: answer(rows(0, 1), -1, 1, 0)} })
	if err := open(t, s.URL, wiretest.Options()).(providers.Checker).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if asked := s.Requests(); len(asked) != 1 || asked[0].Body["Limit"] != 1.0 || asked[0].Body["BillPeriod"] != "2026-11" {
		t.Errorf("asked %+v", asked)
	}
}
