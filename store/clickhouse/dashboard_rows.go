package clickhouse

import "strings"

// A dashboardRow is panels side by side.
type dashboardRow struct {
	height int
	panels []panel
}

// What every query of costs is limited to. $__fromTime and $__toTime are macros of the data source, ${account:singlequote}
// and ${currency:singlequote} Grafana's variables.
const (
	shown     = `currency = ${currency:singlequote} AND account IN (${account:singlequote})`
	inRange   = `day BETWEEN toDate($__fromTime, 'Asia/Shanghai') AND toDate($__toTime, 'Asia/Shanghai')`
	cost      = `sum(cost_before_voucher)`
	startTime = `toDateTime(day, 'Asia/Shanghai') AS time`
)

// rowsOf returns the panels over a database.
func rowsOf(database string) []dashboardRow {
	in := func(sql string) string { return strings.ReplaceAll(sql, "DB.", identifier(database)+".") }
	return []dashboardRow{
		{5, []panel{
			stat(6, "Newest day, cost", in(`SELECT `+cost+` AS cost FROM DB.bills_daily WHERE `+shown+` AND day = (`+newestDay+`)`)).
				described("The newest day that is stored and complete for every account."),
			stat(6, "Month to date", in(`SELECT `+cost+` AS cost FROM DB.bills_daily WHERE `+shown+` AND month = toStartOfMonth((`+newestDay+`))`)),
			stat(6, "Same days of last month", in(`WITH (`+newestDay+`) AS newest SELECT `+cost+` AS cost FROM DB.bills_daily WHERE `+shown+`
AND month = toStartOfMonth(newest) - INTERVAL 1 MONTH AND toDayOfMonth(day) <= toDayOfMonth(newest)`)),
			table(6, "Freshness", in(`SELECT account, max(day) AS newest_day, argMax(state, day) AS state, dateDiff('day', newest_day, toDate(now(), 'Asia/Shanghai')) AS days_ago
FROM (SELECT account, day, argMax(state, (version, load_id)) AS state FROM DB.bill_days GROUP BY account, dataset, day) GROUP BY account ORDER BY account`)).
				described("A day is provisional until the cloud has issued its whole bill, and final after its month has closed."),
		}},
		{10, []panel{
			chart(fullWidth, "Daily cost by service", in(`SELECT `+startTime+`, any(service_name) AS service, toFloat64(`+cost+`) AS cost FROM DB.bills_daily
WHERE `+shown+` AND `+inRange+` GROUP BY day, provider, service_code ORDER BY day`)),
		}},
		{9, []panel{
			lines(chart(12, "Month to date against last month", in(monthToDate))).
				described("Costs added up from the first of the month; last month's are drawn on this month's days."),
			chart(12, "Daily cost by account", in(`SELECT `+startTime+`, account, toFloat64(`+cost+`) AS cost FROM DB.bills_daily
WHERE `+shown+` AND `+inRange+` GROUP BY day, account ORDER BY day`)),
		}},
		{10, []panel{
			ranking(8, "By service", in(`SELECT any(service_name) AS service, `+cost+` AS cost FROM DB.bills_daily
WHERE `+shown+` AND `+inRange+` GROUP BY provider, service_code ORDER BY cost DESC LIMIT 15`)),
			ranking(8, "By account", in(`SELECT account, `+cost+` AS cost FROM DB.bills_daily WHERE `+shown+` AND `+inRange+` GROUP BY account ORDER BY cost DESC`)),
			ranking(8, "By tag $tag", in(`SELECT if(tags[${tag:singlequote}] = '', '(none)', tags[${tag:singlequote}]) AS value, `+cost+` AS cost FROM DB.bills
WHERE `+shown+` AND `+inRange+` GROUP BY value ORDER BY cost DESC LIMIT 15`)),
		}},
		{9, []panel{
			table(14, "Restatements", in(restatements)).
				described("Days of which the cloud issued another bill after the first: when it was stored, and the billed cost before and after. Changes of provisional days are left out."),
			table(10, "Closed months against the cloud's own overview", in(reconciliation)).
				described("goscan verify explains a difference, line by line where it can."),
		}},
	}
}

func stat(width int, title, sql string) panel {
	p := newPanel("stat", width, title, sql)
	p.Options = map[string]any{
		"colorMode": "value", "graphMode": "none", "textMode": "value",
		"reduceOptions": map[string]any{"values": false, "calcs": []string{"lastNotNull"}, "fields": ""},
	}
	return p
}

// newestDay is the newest day that is complete for every chosen account that was stored in the last week.
const newestDay = `SELECT max(day) FROM (
SELECT day, uniqExact(account) AS stored, max(state = 'provisional') AS provisional FROM (
SELECT account, day, argMax(state, (version, load_id)) AS state FROM DB.bill_days WHERE account IN (${account:singlequote}) GROUP BY account, dataset, day
) GROUP BY day) WHERE provisional = 0 AND stored = (
SELECT uniqExact(account) FROM DB.bill_days WHERE account IN (${account:singlequote}) AND day > (SELECT max(day) - 7 FROM DB.bill_days))`

const monthToDate = `WITH toStartOfMonth(toDate($__toTime, 'Asia/Shanghai')) AS this
SELECT toDateTime(this + (day_of_month - 1), 'Asia/Shanghai') AS time, which, sum(toFloat64(cost)) OVER (PARTITION BY which ORDER BY day_of_month) AS cost
FROM (SELECT if(month = this, 'this month', 'last month') AS which, toDayOfMonth(day) AS day_of_month, ` + cost + ` AS cost FROM DB.bills_daily
WHERE ` + shown + ` AND month IN (this, this - INTERVAL 1 MONTH) GROUP BY which, day_of_month) ORDER BY time`

const restatements = `SELECT account, day, committed_at AS stored_at, before, after, after - before AS change FROM (
SELECT account, dataset, day, load_id, version, committed_at, billed_cost[${currency:singlequote}] AS after,
lagInFrame(billed_cost[${currency:singlequote}]) OVER w AS before, lagInFrame(load_id) OVER w AS load_before, lagInFrame(state) OVER w AS state_before
FROM DB.bill_days WHERE account IN (${account:singlequote})
WINDOW w AS (PARTITION BY account, dataset, day ORDER BY version, committed_at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))
WHERE load_id != 0 AND load_before NOT IN (0, load_id) AND state_before != 'provisional' AND before != after
AND committed_at BETWEEN $__fromTime AND $__toTime ORDER BY abs(change) DESC LIMIT 100`

const reconciliation = `SELECT account, formatDateTime(month, '%Y-%m') AS in_month, sum(stored_total) AS stored, sum(provider_total) AS announced, sum(difference) AS differs_by,
multiIf(countIf(abs(difference) > tolerance) = 0, 'agrees', any(accepted_reason) != '', 'accepted', 'DIFFERS') AS result
FROM DB.bill_months WHERE closed AND amount = 'cost_before_voucher' AND currency = ${currency:singlequote} AND account IN (${account:singlequote})
AND (account, dataset, month, recorded_at) IN (SELECT account, dataset, month, max(recorded_at) FROM DB.bill_months GROUP BY account, dataset, month)
GROUP BY account, month ORDER BY month DESC, account`
