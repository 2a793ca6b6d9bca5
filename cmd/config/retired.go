package config

// retired returns what is said about a key that is no key of this program but that users bring along: from the earlier
// daemon of the same name, or from a later version. The problem is empty for any other key.
func retired(parent, key string) (problem, hint string) {
	const earlier = "is a key of the earlier daemon"
	if parent != "" {
		if key == "monthly_table" || key == "daily_table" {
			return earlier, "remove it: the bills of all accounts are in one table"
		}
		return "", ""
	}
	switch key {
	case "scheduler", "runtime":
		return earlier, "remove it: Goscan does not stay running, goscan schedule writes what starts it (systemd, cron, Kubernetes, CI)"
	case "wechat", "notification":
		return earlier, "remove it: notify.wecom takes its place"
	case "server", "app":
		return earlier, "remove it: Goscan has no server, its commands print JSON with --json"
	}
	return "", ""
}
