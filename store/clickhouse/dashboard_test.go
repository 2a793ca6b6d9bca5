package clickhouse_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"goscan/providers"
	"goscan/store/clickhouse"
)

// dashboardModel is what Grafana needs to find in the document.
type dashboardModel struct {
	Title, UID string
	Templating struct {
		List []struct {
			Name, Type string
			Query      any
		}
	}
	Panels []struct {
		ID      int
		Type    string
		Title   string
		GridPos struct{ H, W, X, Y int }
		Targets []struct {
			RefID, RawSQL, EditorType, QueryType string
			Format                               int
			Datasource                           struct{ Type, UID string }
		}
	}
}

// expanded does what Grafana and its data source do to a query: variables and macros.
func expanded(sql string) string {
	return strings.NewReplacer(
		"${account:singlequote}", "'prod','test'", "${currency:singlequote}", "'CNY'", "${tag:singlequote}", "'team'",
		"$__fromTime", "toDateTime(intDiv(1793145600, 1))", "$__toTime", "toDateTime(intDiv(1794700800, 1))", // 2026-10-28 to 2026-11-15
	).Replace(sql)
}

// TestDashboard runs every query of the dashboard, as Grafana would, on a real server that holds two days of which one
// was restated.
func TestDashboard(t *testing.T) {
	t.Parallel()
	server, cfg := migrated(t)
	now := time.Date(2026, 11, 3, 4, 0, 0, 0, time.UTC)
	s := open(t, cfg, func() time.Time { now = now.Add(time.Second); return now })
	for _, amounts := range [][]string{{"3", "4"}, {"3", "5.5"}} {
		_, err := s.Replace(t.Context(), october, october31, func(put providers.Emit) error {
			return put([]providers.Line{line(0, amounts[0]), line(1, amounts[1])})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	text, err := clickhouse.Dashboard(cfg.Database)
	if err != nil {
		t.Fatal(err)
	}
	var d dashboardModel
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	conn := server.Conn(t)
	run := func(what, sql string) (rows [][]any) {
		if strings.Contains(expanded(sql), "$") {
			t.Errorf("%s: %q has a variable that nobody fills in", what, sql)
		}
		got, err := conn.Query(t.Context(), expanded(sql))
		if err != nil {
			t.Errorf("%s: %v\n%s", what, err, expanded(sql))
			return nil
		}
		defer got.Close()
		for got.Next() {
			row := make([]any, len(got.ColumnTypes()))
			for i, c := range got.ColumnTypes() {
				row[i] = reflect.New(c.ScanType()).Interface()
			}
			if err := got.Scan(row...); err != nil {
				t.Errorf("%s: %v", what, err)
			}
			rows = append(rows, row)
		}
		if got.Err() != nil {
			t.Errorf("%s: %v", what, got.Err())
		}
		return rows
	}
	for _, v := range d.Templating.List {
		if sql, ok := v.Query.(string); ok && v.Type == "query" && len(run(v.Name, sql)) == 0 && v.Name != "tag" {
			t.Errorf("variable %s has no value", v.Name)
		}
	}
	taken, ids := map[[2]int]string{}, map[int]bool{}
	for _, p := range d.Panels {
		if ids[p.ID] {
			t.Errorf("%s: the id %d is taken", p.Title, p.ID)
		}
		ids[p.ID] = true
		if p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("%s is out of the grid", p.Title)
		}
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				at := [2]int{p.GridPos.X + x, p.GridPos.Y + y}
				if taken[at] != "" {
					t.Errorf("%s lies over %s", p.Title, taken[at])
				}
				taken[at] = p.Title
			}
		}
		for _, q := range p.Targets {
			if q.Datasource.UID != "${datasource}" || q.EditorType != "sql" || (q.QueryType == "timeseries") != (q.Format == 0) {
				t.Errorf("%s: target %+v", p.Title, q)
			}
			rows := run(p.Title, q.RawSQL)
			if len(rows) == 0 && p.Title != "Closed months against the cloud's own overview" {
				t.Errorf("%s shows nothing", p.Title)
			}
		}
	}
	if len(d.Panels) < 10 || d.UID == "" {
		t.Errorf("%d panels, uid %q", len(d.Panels), d.UID)
	}
}
