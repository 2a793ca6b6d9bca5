package simulator_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
)

// today is the clock of the simulated clouds: Sunday 2026-11-22, 15:00 UTC+8.
func today() time.Time { return providers.NewDay(2026, 11, 22).Start().Add(15 * time.Hour) }

func start(t *testing.T, kind string, o simulator.Options) *simulator.Cloud {
	t.Helper()
	if o.Now == nil {
		o.Now = today
	}
	c, err := simulator.Start(kind, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// A reply is an answer of either cloud, as far as tests look at it.
type reply struct {
	status int
	header http.Header
	text   string
	code   string
	rows   []simulator.Row
	total  int
	token  string
}

// post sends a signed-looking request. For Volcengine the parameters are the body, for Alibaba Cloud the query.
func post(c *simulator.Cloud, kind, key, op string, parameters map[string]any) (reply, error) {
	request, err := newRequest(c, kind, key, op, parameters)
	if err != nil {
		return reply{}, err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	response, err := client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return reply{}, err
	}
	r := reply{status: response.StatusCode, header: response.Header, text: string(text)}
	return r, r.read(kind)
}

func newRequest(c *simulator.Cloud, kind, key, op string, parameters map[string]any) (*http.Request, error) {
	body, address := []byte{}, c.URL()
	if kind == simulator.Volcengine {
		body, _ = json.Marshal(parameters)
		address += "/?Action=" + op + "&Version=2022-01-01"
	} else {
		query := url.Values{}
		for name, value := range parameters {
			query.Set(name, fmt.Sprint(value))
		}
		address += "/?" + query.Encode()
	}
	request, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	hash, signature := hex.EncodeToString(sum[:]), strings.Repeat("0a", 32)
	if kind == simulator.Volcengine {
		request.Header.Set("X-Date", "20261122T070000Z")
		request.Header.Set("X-Content-Sha256", hash)
		request.Header.Set("Authorization", "HMAC-SHA256 Credential="+key+
			"/20261122/cn-beijing/billing/request, SignedHeaders=host;x-date, Signature="+signature)
	} else {
		request.Header.Set("x-acs-action", op)
		request.Header.Set("x-acs-version", "2017-12-14")
		request.Header.Set("x-acs-content-sha256", hash)
		request.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+key+",SignedHeaders=host,Signature="+signature)
	}
	request.Header.Set("User-Agent", "test/1")
	return request, nil
}

func (r *reply) read(kind string) error {
	var body struct {
		ResponseMetadata struct{ Error struct{ Code string } }
		Result           struct {
			List  []simulator.Row
			Total int
		}
		Code string
		Data struct {
			Items      json.RawMessage
			TotalCount int
			NextToken  string
		}
	}
	if !strings.HasPrefix(r.text, "{") {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(r.text))
	decoder.UseNumber()
	if err := decoder.Decode(&body); err != nil {
		return err
	}
	r.code, r.rows, r.total, r.token = body.ResponseMetadata.Error.Code, body.Result.List, body.Result.Total, body.Data.NextToken
	if kind == simulator.Volcengine {
		return nil
	}
	if body.Code != "Success" {
		r.code = body.Code
	}
	r.total = body.Data.TotalCount
	items := body.Data.Items
	var nested struct{ Item json.RawMessage }
	if json.Unmarshal(items, &nested) == nil {
		items = nested.Item
	}
	if len(items) == 0 {
		return nil
	}
	decoder = json.NewDecoder(bytes.NewReader(items))
	decoder.UseNumber()
	return decoder.Decode(&r.rows)
}

// page asks for one page of a day: for Volcengine by its number, for Alibaba Cloud the one that the token names.
func page(c *simulator.Cloud, kind string, d providers.Day, number int, token string) (reply, error) {
	if kind == simulator.Volcengine {
		return post(c, kind, simulator.AccessKey, "ListBillDetail", map[string]any{
			"BillPeriod": d.Month().String(), "ExpenseDate": d.String(), "GroupPeriod": 1, "GroupTerm": 0, "IgnoreZero": 0,
			"NeedRecordNum": 1, "Limit": 300, "Offset": 300 * number,
		})
	}
	parameters := map[string]any{
		"BillingCycle": d.Month().String(), "BillingDate": d.String(), "Granularity": "DAILY", "IsBillingItem": true, "MaxResults": 300,
	}
	if token != "" {
		parameters["NextToken"] = token
	}
	return post(c, kind, simulator.AccessKey, "DescribeInstanceBill", parameters)
}

// day reads all pages of a day.
func day(t *testing.T, c *simulator.Cloud, kind string, d providers.Day) []simulator.Row {
	t.Helper()
	var rows []simulator.Row
	token := ""
	for n := 0; ; n++ {
		r, err := page(c, kind, d, n, token)
		if err != nil || r.status != http.StatusOK {
			t.Fatalf("page %d of %s: status %d, %v: %s", n, d, r.status, err, r.text)
		}
		rows, token = append(rows, r.rows...), r.token
		if len(rows) >= r.total && token == "" {
			return rows
		}
		if n > 100 {
			t.Fatalf("%s does not end", d)
		}
	}
}

// overview reads the overview of a month.
func overview(t *testing.T, c *simulator.Cloud, kind string, m providers.Month) []simulator.Row {
	t.Helper()
	op, parameters := "QueryBillOverview", map[string]any{"BillingCycle": m.String()}
	if kind == simulator.Volcengine {
		op, parameters = "ListBillOverviewByProd", map[string]any{"BillPeriod": m.String(), "Limit": 300, "NeedRecordNum": 1}
	}
	r, err := post(c, kind, simulator.AccessKey, op, parameters)
	if err != nil || r.status != http.StatusOK {
		t.Fatalf("overview of %s: status %d, %v: %s", m, r.status, err, r.text)
	}
	return r.rows
}
