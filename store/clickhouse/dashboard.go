package clickhouse

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Dashboard returns a Grafana dashboard over the tables of a database, as JSON to import. It is for Grafana 11 and later
// with the official ClickHouse data source (grafana-clickhouse-datasource, version 4), which the importer chooses. Costs
// are cost_before_voucher; days are of UTC+8, whatever the viewer's time zone is.
func Dashboard(database string) ([]byte, error) {
	d := dashboard{
		Title: "Cloud costs", UID: "goscan-costs", Tags: []string{"goscan", "finops"},
		Description:   "Costs of Volcengine and Alibaba Cloud as goscan stores them: cost before vouchers, per day of UTC+8.",
		SchemaVersion: 41, Editable: true, GraphTooltip: 1, Timezone: zone, Refresh: "",
		Time:        timeRange{From: "now-60d", To: "now"},
		Templating:  templating{List: variables(database)},
		Annotations: annotations{List: []any{}}, Links: []any{},
	}
	y := 0
	for i, row := range rowsOf(database) {
		x := 0
		for j, p := range row.panels {
			p.ID = i*10 + j + 1
			p.GridPos = gridPos{H: row.height, W: p.width, X: x, Y: y}
			x += p.width
			d.Panels = append(d.Panels, p)
		}
		y += row.height
	}
	return json.MarshalIndent(d, "", "  ")
}

const (
	zone       = "Asia/Shanghai"
	datasource = "grafana-clickhouse-datasource"
	fullWidth  = 24
)

// The types below are the part of Grafana's dashboard schema that is used here.
type dashboard struct {
	Title         string      `json:"title"`
	UID           string      `json:"uid"`
	Description   string      `json:"description"`
	Tags          []string    `json:"tags"`
	SchemaVersion int         `json:"schemaVersion"`
	Editable      bool        `json:"editable"`
	GraphTooltip  int         `json:"graphTooltip"`
	Timezone      string      `json:"timezone"`
	Refresh       string      `json:"refresh"`
	Time          timeRange   `json:"time"`
	Templating    templating  `json:"templating"`
	Annotations   annotations `json:"annotations"`
	Links         []any       `json:"links"`
	Panels        []panel     `json:"panels"`
}

type timeRange struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type templating struct {
	List []variable `json:"list"`
}

type annotations struct {
	List []any `json:"list"`
}

type variable struct {
	Name       string   `json:"name"`
	Label      string   `json:"label"`
	Type       string   `json:"type"`
	Query      any      `json:"query"`
	Datasource *source  `json:"datasource,omitempty"`
	Refresh    int      `json:"refresh,omitempty"` // 1: when the dashboard is opened
	Multi      bool     `json:"multi,omitempty"`
	IncludeAll bool     `json:"includeAll,omitempty"`
	Current    *current `json:"current,omitempty"`
	Sort       int      `json:"sort,omitempty"`
}

type current struct {
	Text  string `json:"text"`
	Value string `json:"value"`
}

type source struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

func chosenSource() *source { return &source{Type: datasource, UID: "${datasource}"} }

type panel struct {
	ID          int            `json:"id"`
	Type        string         `json:"type"`
	Title       string         `json:"title"`
	Description string         `json:"description,omitempty"`
	GridPos     gridPos        `json:"gridPos"`
	Datasource  *source        `json:"datasource"`
	Targets     []target       `json:"targets"`
	FieldConfig fieldConfig    `json:"fieldConfig"`
	Options     map[string]any `json:"options"`

	width int
}

type gridPos struct {
	H int `json:"h"`
	W int `json:"w"`
	X int `json:"x"`
	Y int `json:"y"`
}

type target struct {
	RefID      string  `json:"refId"`
	Datasource *source `json:"datasource"`
	EditorType string  `json:"editorType"`
	QueryType  string  `json:"queryType"`
	Format     int     `json:"format"` // of the data source: 0 time series, 1 table
	RawSQL     string  `json:"rawSql"`
}

type fieldConfig struct {
	Defaults  map[string]any   `json:"defaults"`
	Overrides []map[string]any `json:"overrides"`
}

// variables are what a viewer chooses: the data source, one currency (amounts of two are never added), accounts, and the
// key of the tag to divide by.
func variables(database string) []variable {
	query := func(name, label, sql string) variable {
		return variable{Name: name, Label: label, Type: "query", Query: strings.ReplaceAll(sql, "DB.", identifier(database)+"."), Datasource: chosenSource(), Refresh: 1, Sort: 1}
	}
	accounts := query("account", "Account", "SELECT DISTINCT account FROM DB.bills_daily ORDER BY account")
	accounts.Multi, accounts.IncludeAll = true, true
	accounts.Current = &current{Text: "All", Value: "$__all"}
	return []variable{
		{Name: "datasource", Label: "ClickHouse", Type: "datasource", Query: datasource},
		query("currency", "Currency", "SELECT currency FROM DB.bills_daily GROUP BY currency ORDER BY count() DESC"),
		accounts,
		query("tag", "Tag", "SELECT DISTINCT arrayJoin(mapKeys(tags)) AS tag FROM DB.bills WHERE day >= today() - 31 ORDER BY tag"),
	}
}

// chart returns a panel of daily amounts, stacked in bars.
func chart(width int, title, sql string) panel {
	p := newPanel("timeseries", width, title, sql)
	p.Targets[0].Format, p.Targets[0].QueryType = 0, "timeseries"
	p.FieldConfig.Defaults["custom"] = map[string]any{
		"drawStyle": "bars", "fillOpacity": 80, "lineWidth": 0, "stacking": map[string]any{"mode": "normal", "group": "A"},
		"axisSoftMin": 0,
	}
	p.Options = map[string]any{
		"legend":  map[string]any{"displayMode": "table", "placement": "right", "showLegend": true, "calcs": []string{"sum"}},
		"tooltip": map[string]any{"mode": "multi", "sort": "desc"},
	}
	return p
}

// lines turns the bars of a chart into lines that are not stacked.
func lines(p panel) panel {
	p.FieldConfig.Defaults["custom"] = map[string]any{"drawStyle": "line", "lineWidth": 2, "fillOpacity": 8, "axisSoftMin": 0}
	return p
}

func table(width int, title, sql string) panel {
	p := newPanel("table", width, title, sql)
	p.Options = map[string]any{"showHeader": true, "cellHeight": "sm"}
	return p
}

func ranking(width int, title, sql string) panel {
	p := newPanel("bargauge", width, title, sql)
	p.Options = map[string]any{
		"displayMode": "basic", "orientation": "horizontal", "valueMode": "color", "showUnfilled": false,
		"reduceOptions": map[string]any{"values": true, "calcs": []string{"lastNotNull"}, "fields": "", "limit": 15},
	}
	return p
}

func newPanel(kind string, width int, title, sql string) panel {
	return panel{
		Type: kind, Title: title, Datasource: chosenSource(), width: width,
		Targets:     []target{{RefID: "A", Datasource: chosenSource(), EditorType: "sql", QueryType: "table", Format: 1, RawSQL: sql}},
		FieldConfig: fieldConfig{Defaults: map[string]any{"decimals": 2, "unit": "locale"}, Overrides: []map[string]any{}},
	}
}

// described adds what a viewer must know.
func (p panel) described(format string, args ...any) panel {
	p.Description = fmt.Sprintf(format, args...)
	return p
}
