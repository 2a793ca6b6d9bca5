package metrics

import "github.com/prometheus/client_golang/prometheus"

// A Family is a metric by its name.
type Family struct {
	Name   string   `json:"name"`
	Help   string   `json:"meaning"`
	Labels []string `json:"labels"`
}

// Families returns every metric that there may be.
func Families() []Family { return append([]Family(nil), families[:]...) }

func (f Family) desc() *prometheus.Desc { return prometheus.NewDesc(f.Name, f.Help, f.Labels, nil) }

// familyID is the place of a family in families.
type familyID uint8

const (
	buildInfo familyID = iota
	runInfo
	runExitCode
	runEnd
	runDuration
	storedDates
	newestEnd
	newestAge
	newestLines
	newestCost
	lastSuccess
	lastRun
	lastRunSuccess
	lastRunExitCode
	lastRunDuration
	lastRunFailures
	lastRunRetries
	lastRunThrottles
	lastRunCalls
	monthLines
	monthGaps
	monthCost
	monthRestatements
	monthRestated
	monthResidual
	monthReconciled

	familyCount
)

// The names avoid "days", which Prometheus's conventions keep for durations.
var families = [familyCount]Family{
	buildInfo:   {"goscan_build_info", "The version of goscan that wrote the metrics; always 1.", []string{"version", "go_version"}},
	runInfo:     {"goscan_run_info", "The command of the last run; always 1.", []string{"command"}},
	runExitCode: {"goscan_run_exit_code", "The exit code of the last run, see goscan sync --help; 0 is done.", nil},
	runEnd:      {"goscan_run_end_timestamp_seconds", "When the last run ended.", nil},
	runDuration: {"goscan_run_duration_seconds", "How long the last run took.", nil},

	storedDates: {"goscan_account_stored_dates", "How many days of the account are stored.", ofAccount()},
	newestEnd:   {"goscan_account_newest_day_end_timestamp_seconds", "The end (UTC+8) of the newest day that is stored.", ofAccount()},
	newestAge:   {"goscan_account_newest_day_age_seconds", "The time since the end of the newest stored day, when the metrics were written.", ofAccount()},
	newestLines: {"goscan_account_newest_day_lines", "The lines of the newest stored day.", ofAccount()},
	newestCost:  {"goscan_account_newest_day_billed_cost", "The billed cost of the newest stored day.", ofAccount("currency")},
	lastSuccess: {"goscan_account_last_success_timestamp_seconds", "The end of the last run in which nothing of the account failed.", ofAccount()},

	lastRun:          {"goscan_account_last_run_timestamp_seconds", "When the last run that touched the account began.", ofAccount()},
	lastRunSuccess:   {"goscan_account_last_run_success", "1 if nothing of the account failed in its last run, 0 if something did or the run was killed.", ofAccount()},
	lastRunExitCode:  {"goscan_account_last_run_exit_code", "The exit code of the account's last run; missing if it was killed.", ofAccount()},
	lastRunDuration:  {"goscan_account_last_run_duration_seconds", "How long the account's last run took, other accounts of the run included.", ofAccount()},
	lastRunFailures:  {"goscan_account_last_run_failed_dates", "How many days of the account failed in its last run.", ofAccount()},
	lastRunRetries:   {"goscan_account_last_run_retries", "Requests that the last run repeated.", ofAccount()},
	lastRunThrottles: {"goscan_account_last_run_throttles", "Requests of the last run that the cloud refused as too many.", ofAccount()},
	lastRunCalls:     {"goscan_account_last_run_api_calls", "Requests of the last run to the cloud, repeated ones included.", ofAccount()},

	monthLines:        {"goscan_month_lines", "The lines that are stored of the month.", ofMonth()},
	monthGaps:         {"goscan_month_missing_dates", "Days of the month that are not stored, between the account's first one and yesterday.", ofMonth()},
	monthCost:         {"goscan_month_billed_cost", "The billed cost of the month as far as it is stored.", ofMonth("currency")},
	monthRestatements: {"goscan_month_restatements", "How often a day of the month was changed by the cloud after it had been complete.", ofMonth()},
	monthRestated:     {"goscan_month_restated_billed_cost", "By how much the cloud changed days of the month after they had been complete.", ofMonth("currency")},
	monthResidual:     {"goscan_month_residual_cost", "Stored cost before vouchers less that of the cloud's overview of the month.", ofMonth("currency")},
	monthReconciled:   {"goscan_month_reconciled", "1 if the closed month agrees with the cloud's overview or its difference was accepted, else 0.", ofMonth()},
}

func ofAccount(more ...string) []string { return append([]string{"account", "provider"}, more...) }

func ofMonth(more ...string) []string { return append(ofAccount("month"), more...) }
