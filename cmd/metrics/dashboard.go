package metrics

import "encoding/json"

// object is a part of a dashboard's JSON.
type object = map[string]any

// Dashboard returns a Grafana dashboard over the metrics, as JSON to import. It is for Grafana 11 and later; the importer
// chooses the Prometheus.
func Dashboard() ([]byte, error) {
	var all []object
	y := 0
	for i, row := range rows() {
		width := columns / len(row.panels)
		for j, p := range row.panels {
			all = append(all, p.object(i*10+j+1, object{"h": row.height, "w": width, "x": j * width, "y": y}))
		}
		y += row.height
	}
	return json.MarshalIndent(object{
		"title": "Goscan", "uid": "goscan-runs", "tags": []string{"goscan"}, "schemaVersion": 41, "editable": true, "graphTooltip": 1,
		"description": "Whether the bills arrive: what goscan sync --metrics-file writes.",
		"timezone":    "Asia/Shanghai", "refresh": "5m", "time": object{"from": "now-14d", "to": "now"},
		"annotations": object{"list": []any{}}, "links": []any{}, "templating": object{"list": variables()}, "panels": all,
	}, "", "  ")
}

// columns is how wide Grafana's grid is.
const columns = 24

// variables are what a viewer chooses.
func variables() []object {
	query := func(name, label, of string, multi bool) object {
		return object{
			"name": name, "label": label, "type": "query", "datasource": source(), "refresh": 2, "sort": 1,
			"query": object{"query": "label_values(" + of + ")", "refId": name}, "multi": multi, "includeAll": multi,
		}
	}
	return []object{
		{"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"},
		query("account", "Account", "goscan_account_stored_dates, account", true),
		query("currency", "Currency", "goscan_month_billed_cost, currency", false),
	}
}

func source() object { return object{"type": "prometheus", "uid": "${datasource}"} }

type row struct {
	height int
	panels []panel
}

// A panel shows one or more queries, each with its legend.
type panel struct {
	title   string
	kind    string // of Grafana's: stat or timeseries
	unit    string
	steps   []object // the colours of values
	queries [][2]string
}

func (p panel) object(id int, at object) object {
	var targets []object
	for i, q := range p.queries {
		targets = append(targets, object{"refId": string(rune('A' + i)), "datasource": source(), "expr": q[0], "legendFormat": q[1]})
	}
	defaults := object{"unit": p.unit}
	options := object{"legend": object{"displayMode": "table", "placement": "bottom", "calcs": []string{"lastNotNull"}}, "tooltip": object{"mode": "multi"}}
	if p.kind == "stat" {
		options = object{"reduceOptions": object{"calcs": []string{"lastNotNull"}}, "colorMode": "background", "textMode": "value_and_name"}
	}
	if p.steps != nil {
		defaults["thresholds"] = object{"mode": "absolute", "steps": p.steps}
	}
	return object{
		"id": id, "type": p.kind, "title": p.title, "gridPos": at, "datasource": source(), "targets": targets, "options": options,
		"fieldConfig": object{"defaults": defaults, "overrides": []any{}},
	}
}

// alarm colours values green, yellow from one on and red from another.
func alarm(warning, critical int) []object {
	return []object{{"color": "green", "value": nil}, {"color": "yellow", "value": warning}, {"color": "red", "value": critical}}
}

const day = 24 * 60 * 60 // seconds

func rows() []row {
	stat := func(title, unit string, steps []object, expr, legend string) panel {
		return panel{title, "stat", unit, steps, [][2]string{{expr, legend}}}
	}
	chart := func(title, unit string, queries ...[2]string) panel {
		return panel{title, "timeseries", unit, nil, queries}
	}
	return []row{
		{5, []panel{
			stat("Age of the newest day", "s", alarm(2*day, 3*day), `time() - goscan_account_newest_day_end_timestamp_seconds{account=~"$account"}`, "{{account}}"),
			stat("Since the last success", "s", alarm(day+day/2, 2*day), `time() - goscan_account_last_success_timestamp_seconds{account=~"$account"}`, "{{account}}"),
			stat("Exit code of the last run", "none", alarm(1, 5), `goscan_run_exit_code`, "exit code"),
			stat("Months that do not reconcile", "none", alarm(1, 1), `sum(1 - goscan_month_reconciled{account=~"$account"})`, "months"),
		}},
		{9, []panel{
			chart("Billed cost of the month", "none", [2]string{`goscan_month_billed_cost{account=~"$account", currency="$currency"}`, "{{account}} {{month}}"}),
			chart("Billed cost of the newest day", "none", [2]string{`goscan_account_newest_day_billed_cost{account=~"$account", currency="$currency"}`, "{{account}}"}),
		}},
		{9, []panel{
			chart("Restated after the days were complete", "none", [2]string{`goscan_month_restated_billed_cost{account=~"$account", currency="$currency"}`, "{{account}} {{month}}"}),
			chart("Stored less the clouds' overviews", "none", [2]string{`goscan_month_residual_cost{account=~"$account", currency="$currency"}`, "{{account}} {{month}}"}),
		}},
		{9, []panel{
			chart("Requests of a run", "none",
				[2]string{`goscan_account_last_run_api_calls{account=~"$account"}`, "{{account}} requests"},
				[2]string{`goscan_account_last_run_retries{account=~"$account"}`, "{{account}} repeated"},
				[2]string{`goscan_account_last_run_throttles{account=~"$account"}`, "{{account}} throttled"}),
			chart("Lines of the newest day", "none", [2]string{`goscan_account_newest_day_lines{account=~"$account"}`, "{{account}}"}),
			chart("Duration of a run", "s", [2]string{`goscan_run_duration_seconds`, "run"}),
		}},
	}
}
