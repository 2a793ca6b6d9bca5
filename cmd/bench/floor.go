package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/ClickHouse/ch-go"

	"goscan/providers"
	"goscan/providers/simulator"
)

// The floor program does what no program that copies a month of bills can do without, as plainly as it can be written: it gets
// the pages, decodes each once into structs, and inserts them with one INSERT of the columns that goscan stores, native
// fields included. It signs, checks, compares, retries and remembers nothing.

const floorBlock = 10_000 // lines that are sent to the server at once, as goscan does

// runFloor is the child that is the floor program.
func runFloor(ctx context.Context, kind, cloud string, lines int, server address, database string) error {
	f := &floor{kind: kind, cloud: cloud, month: benchMonth(), lines: lines, columns: newColumns()}
	f.day = f.month.First()
	client, err := ch.Dial(ctx, ch.Options{Address: server.native(), Compression: ch.CompressionLZ4})
	if err != nil {
		return err
	}
	defer client.Close()
	return client.Do(ctx, ch.Query{
		Body:    "INSERT INTO " + database + ".bill_lines " + f.columns.input.Columns() + " VALUES",
		Input:   f.columns.input,
		OnInput: func(ctx context.Context) error { return f.more(ctx) },
	})
}

type floor struct {
	kind, cloud string
	month       providers.Month
	lines       int
	columns     *columns

	day    providers.Day
	offset int
	token  string
	body   bytes.Buffer
}

// more fills the columns with the next lines. io.EOF says that these are the last.
func (f *floor) more(ctx context.Context) error {
	f.columns.input.Reset()
	for f.columns.line.Rows() < floorBlock {
		if f.day > f.month.Last() {
			return io.EOF
		}
		if err := f.page(ctx); err != nil {
			return err
		}
		if f.offset == linesOf(f.lines, f.month, f.day) {
			f.day, f.offset, f.token = f.day+1, 0, ""
		}
	}
	return nil
}

// page reads the next page into the columns.
func (f *floor) page(ctx context.Context) error {
	request, err := f.request(ctx)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	f.body.Reset()
	if _, err := f.body.ReadFrom(answer.Body); err != nil {
		return err
	}
	if f.kind == simulator.Volcengine {
		return f.addVolcengine()
	}
	return f.addAlicloud()
}

func (f *floor) request(ctx context.Context) (*http.Request, error) {
	if f.kind == simulator.Volcengine {
		body := fmt.Sprintf(`{"BillPeriod":%q,"ExpenseDate":%q,"GroupPeriod":1,"GroupTerm":0,"IgnoreZero":0,"Limit":%d,"Offset":%d}`,
			f.month, f.day, pageSize, f.offset)
		return http.NewRequestWithContext(ctx, http.MethodPost, f.cloud+"/?Action=ListBillDetail&Version=2022-01-01", strings.NewReader(body))
	}
	query := url.Values{
		"Action": {"DescribeInstanceBill"}, "Version": {"2017-12-14"}, "BillingCycle": {f.month.String()}, "Granularity": {"DAILY"},
		"BillingDate": {f.day.String()}, "IsBillingItem": {"true"}, "MaxResults": {fmt.Sprint(pageSize)}, "NextToken": {f.token},
	}
	return http.NewRequestWithContext(ctx, http.MethodPost, f.cloud+"/?"+query.Encode(), nil)
}

func (f *floor) addVolcengine() error {
	var answer volcengineAnswer
	if err := json.Unmarshal(f.body.Bytes(), &answer); err != nil {
		return err
	}
	for i := range answer.Result.List {
		if err := f.columns.add(f.kind, f.day, f.offset, &answer.Result.List[i]); err != nil {
			return err
		}
		f.offset++
	}
	return nil
}

func (f *floor) addAlicloud() error {
	var answer alicloudAnswer
	if err := json.Unmarshal(f.body.Bytes(), &answer); err != nil {
		return err
	}
	for i := range answer.Data.Items {
		row := &answer.Data.Items[i]
		row.payerID, row.payerName = answer.Data.AccountID, answer.Data.AccountName
		if err := f.columns.add(f.kind, f.day, f.offset, row); err != nil {
			return err
		}
		f.offset++
	}
	f.token = answer.Data.NextToken
	return nil
}
