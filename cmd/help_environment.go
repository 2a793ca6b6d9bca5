package cmd

import (
	"maps"
	"slices"

	"goscan/cmd/config"
	"goscan/cmd/manual"
)

// helpEnvironment tells about all environment variables. Its test looks for the names in the code.
func helpEnvironment() []manual.Passage {
	return []manual.Passage{
		{Text: `The environment variables that goscan reads. Besides, any value of goscan.yaml may ask for one of your own:
${NAME}, ${NAME:-default}. A variable that is set but empty counts as unset.`},
		{Title: "INSTEAD OF KEYS OF THE FILE", Text: `Each of these wins over its key in goscan.yaml, and a flag wins over both.`, Terms: overridingVariables()},
		{Title: "FILES AND FOLDERS", Terms: []manual.Term{
			{Name: "GOSCAN_CONFIG", Text: "the configuration file, as --config"},
			{Name: "XDG_CONFIG_HOME", Text: "goscan/goscan.yaml is looked for in it; by default ~/.config"},
			{Name: "STATE_DIRECTORY", Text: "the local state, as systemd sets it for a unit with StateDirectory="},
			{Name: "XDG_STATE_HOME", Text: "the local state is goscan in it; by default ~/.local/state"},
			{Name: "XDG_CACHE_HOME", Text: "goscan demo keeps its bills in goscan/demo in it; by default ~/.cache"},
			{Name: "HOME", Text: "what ~/ means, and where the defaults above are"},
			{Name: "APPDATA, LOCALAPPDATA, ProgramData", Text: "the same folders on Windows: the user's configuration, the user's state, the system's configuration"},
			{Name: "CREDENTIALS_DIRECTORY", Text: "the credentials that systemd hands to a unit; the units of goscan schedule systemd read the configuration and secrets there"},
		}},
		{Title: "TERMINAL", Terms: []manual.Term{
			{Name: "NO_COLOR", Text: "anything: no colours"},
			{Name: "TERM", Text: "dumb: no colours"},
			{Name: "LC_ALL, LC_MESSAGES, LANG", Text: "the language of goscan demo; that of reports is report.lang"},
			{Name: "TZ", Text: "the zone of the times in logs. Days and months are those of UTC+8 in every zone"},
		}},
		{Title: "NETWORK", Terms: []manual.Term{
			{Name: "HTTPS_PROXY, HTTP_PROXY, NO_PROXY", Text: "the proxy to the clouds and channels, also in small letters"},
			{Name: "SSL_CERT_FILE, SSL_CERT_DIR", Text: "the certificates to trust, instead of the system's (Unix)"},
		}},
		{Title: "VOLCENGINE", Text: `For accounts of type volcengine that have no keys in goscan.yaml, the first pair that is set; the names are those of
the cloud's own tools.`, Terms: volcengineVariables()},
		{Title: "ALIBABA CLOUD", Text: `For accounts of type alicloud that have no keys in goscan.yaml. The first that is set up wins, in this order.`, Terms: alicloudVariables()},
		{Title: "THE PROCESS", Terms: []manual.Term{
			{Name: "GOMEMLIMIT", Text: "how much memory a run aims at (512MiB); by default 96 MiB of its own, about 150 MB in all"},
		}},
		{Title: "SET BY SYSTEMD", Terms: []manual.Term{
			{Name: "MONITOR_SERVICE_RESULT, MONITOR_EXIT_CODE, MONITOR_EXIT_STATUS, MONITOR_INVOCATION_ID", Text: "how a unit ended, for goscan schedule alert"},
			{Name: "NOTIFY_SOCKET", Text: "where sync and backfill tell how far they are (sd_notify)"},
		}},
	}
}

func overridingVariables() []manual.Term {
	overrides := config.Overrides()
	var terms []manual.Term
	for _, key := range slices.Sorted(maps.Keys(overrides)) {
		terms = append(terms, manual.Term{Name: overrides[key], Text: key})
	}
	return terms
}

func volcengineVariables() []manual.Term {
	return []manual.Term{
		{Name: "VOLCENGINE_ACCESS_KEY, VOLCENGINE_SECRET_KEY, VOLCENGINE_SESSION_TOKEN", Text: "a key pair, and its token where it is temporary"},
		{Name: "VOLC_ACCESSKEY, VOLC_SECRETKEY, VOLC_SESSION_TOKEN", Text: "the same"},
		{Name: "VOLCSTACK_ACCESS_KEY_ID, VOLCSTACK_SECRET_ACCESS_KEY, VOLCSTACK_SESSION_TOKEN", Text: "the same"},
		{Name: "VOLCSTACK_ACCESS_KEY, VOLCSTACK_SECRET_KEY", Text: "the same"},
		{Name: "VOLCSTACK_SHARED_CREDENTIALS_FILE", Text: "the file that keys are read from otherwise; by default ~/.volcengine/credentials"},
		{Name: "VOLCSTACK_PROFILE, VOLCENGINE_PROFILE", Text: "the profile in that file; by default the one called default"},
		{Name: "VOLCENGINE_REGION, VOLCSTACK_REGION", Text: "region, where the account has no key for it"},
		{Name: "VOLCENGINE_ENDPOINT", Text: "endpoint, where the account has no key for it"},
	}
}

func alicloudVariables() []manual.Term {
	return []manual.Term{
		{Name: "ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN", Text: "a key pair, and its token where it is temporary"},
		{Name: "ALICLOUD_ACCESS_KEY, ALICLOUD_SECRET_KEY, ALICLOUD_SECURITY_TOKEN", Text: "the same"},
		{Name: "ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_OIDC_TOKEN_FILE", Text: "a role that a token of the platform stands for (RRSA in Kubernetes)"},
		{Name: "ALIBABA_CLOUD_CONFIG_FILE, ALIBABA_CLOUD_PROFILE", Text: "the file and the profile of the aliyun command line; by default ~/.aliyun/config.json"},
		{Name: "ALIBABA_CLOUD_CREDENTIALS_FILE", Text: "the shared credentials file; by default ~/.alibabacloud/credentials"},
		{Name: "ALIBABA_CLOUD_ECS_METADATA", Text: "the RAM role of the ECS instance that goscan runs on"},
		{Name: "ALIBABA_CLOUD_CREDENTIALS_URI", Text: "an address that answers with temporary keys"},
	}
}
