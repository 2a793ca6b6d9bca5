package storetest

import (
	"fmt"
	"testing"

	"goscan/providers"
)

// The category that the view focus shows for a service. A code means what its cloud means by it; its case says nothing.
var serviceCategories = [...]struct{ provider, code, category string }{
	{"volcengine", "ark_bd", "AI and Machine Learning"},
	{"volcengine", "ml_platform", "AI and Machine Learning"},
	{"alicloud", "learn", "AI and Machine Learning"},
	{"alicloud", "sfm", "AI and Machine Learning"},
	{"volcengine", "ESCloud", "Analytics"},
	{"volcengine", "EMR", "Analytics"},
	{"alicloud", "emr", "Analytics"},
	{"alicloud", "odps", "Analytics"},
	{"alicloud", "hologram", "Analytics"},
	{"volcengine", "ECS", "Compute"},
	{"volcengine", "ecs", "Compute"},
	{"volcengine", "veFaaS", "Compute"},
	{"volcengine", "VEFAAS", "Compute"},
	{"volcengine", "auto_scaling", "Compute"},
	{"alicloud", "ecs", "Compute"},
	{"alicloud", "ECS", "Compute"},
	{"alicloud", "csk", "Compute"},
	{"alicloud", "fc", "Compute"},
	{"volcengine", "RDS for MySQL", "Databases"},
	{"volcengine", "rds for postgresql", "Databases"},
	{"volcengine", "veDB for MySQL", "Databases"},
	{"volcengine", "MongoDB", "Databases"},
	{"alicloud", "rds", "Databases"},
	{"alicloud", "redisa", "Databases"},
	{"alicloud", "dts", "Databases"},
	{"volcengine", "CR", "Developer Tools"},
	{"volcengine", "Kafka", "Integration"},
	{"volcengine", "RocketMQ", "Integration"},
	{"alicloud", "alikafka", "Integration"},
	{"alicloud", "dysms", "Integration"},
	{"volcengine", "TLS", "Management and Governance"},
	{"volcengine", "CloudMonitor", "Management and Governance"},
	{"alicloud", "sls", "Management and Governance"},
	{"alicloud", "arms", "Management and Governance"},
	{"volcengine", "imagex", "Media"},
	{"volcengine", "rtc", "Media"},
	{"alicloud", "vod", "Media"},
	{"volcengine", "CLB", "Networking"},
	{"volcengine", "NAT", "Networking"},
	{"volcengine", "CDN", "Networking"},
	{"alicloud", "cdn", "Networking"},
	{"alicloud", "nat_gw", "Networking"},
	{"alicloud", "slb", "Networking"},
	{"volcengine", "waf", "Security"},
	{"volcengine", "KMS", "Security"},
	{"alicloud", "sas", "Security"},
	{"alicloud", "ddos", "Security"},
	{"volcengine", "TOS", "Storage"},
	{"volcengine", "FileNAS", "Storage"},
	{"volcengine", "volume", "Storage"},
	{"alicloud", "oss", "Storage"},
	{"alicloud", "yundisk", "Storage"},
	{"alicloud", "domain", "Web"},

	{"volcengine", "oss", "Other"}, // codes that only the other cloud has
	{"volcengine", "rds", "Other"},
	{"volcengine", "domain", "Other"},
	{"alicloud", "TOS", "Other"},
	{"alicloud", "redis", "Other"},
	{"alicloud", "CR", "Other"},
	{"volcengine", "", "Other"},
	{"alicloud", "no-such-service", "Other"},
	{"another-cloud", "ecs", "Other"},
}

func testFocusCategories(t *testing.T, f *fixture) {
	s := f.open("run-1")
	lines, want := map[string][]providers.Line{}, map[string]map[string]string{}
	for i, service := range serviceCategories {
		l := sample(i)
		l.ServiceCode, l.ResourceID = service.code, fmt.Sprint("i-", i)
		lines[service.provider] = append(lines[service.provider], l)
		if want[service.provider] == nil {
			want[service.provider] = map[string]string{}
		}
		want[service.provider][l.ResourceID] = service.category
	}
	seen := map[string]bool{}
	for provider, lines := range lines {
		f.replaceOf(s, provider, lines)
		rows := f.focusOf(provider)
		if len(rows) != len(lines) {
			t.Errorf("%s: %d rows, want %d", provider, len(rows), len(lines))
		}
		for _, row := range rows {
			got := row["ServiceCategory"]
			seen[got] = true
			if want := want[provider][row["ResourceId"]]; got != want {
				t.Errorf("%s %q is %q, want %q", provider, row["x_ServiceCode"], got, want)
			}
		}
	}
	if len(seen) != 13 {
		t.Errorf("%d categories occur, want all 13 that the stores know", len(seen))
	}
}

func testFocusFallbacks(t *testing.T, f *fixture) {
	s := f.open("run-1")
	for provider, name := range map[string]string{"volcengine": "Volcengine", "alicloud": "Alibaba Cloud", "another-cloud": "another-cloud"} {
		bare := providers.Line{
			ResourceID: "i-1", Currency: "CNY", ChargeCategory: providers.ChargeUsage,
			ChargePeriodStart: october31.Start(), ChargePeriodEnd: (october31 + 1).Start(),
		}
		coded, named := bare, bare
		coded.ResourceID, coded.ServiceCode = "i-2", "oss"
		named.ResourceID, named.ServiceCode, named.ServiceName = "i-3", "oss", "对象存储"
		named.BillingAccountID, named.InvoiceIssuer = "1001", "the issuer"
		f.replaceOf(s, provider, []providers.Line{bare, coded, named})
		rows := f.focusOf(provider)
		if len(rows) != 3 {
			t.Fatalf("%s: %d rows, want 3", provider, len(rows))
		}
		for i, want := range []map[string]string{
			{"ServiceName": provider, "BillingAccountId": "of " + provider, "InvoiceIssuerName": name},
			{"ServiceName": "oss", "BillingAccountId": "of " + provider, "InvoiceIssuerName": name},
			{"ServiceName": "对象存储", "BillingAccountId": "1001", "InvoiceIssuerName": "the issuer"},
		} {
			want["ProviderName"], want["PublisherName"], want["x_Provider"] = name, name, provider
			checkFocusTypes(t, rows[i])
			checkFocusRow(t, rows[i], want, []string{"Tags", "RegionId", "PricingUnit", "BillingAccountName"})
		}
	}
}

// replaceOf replaces a day of the provider's only account.
func (f *fixture) replaceOf(s Store, provider string, lines []providers.Line) {
	f.Helper()
	b := bill("of "+provider, october31)
	b.Provider = provider
	if _, err := s.Replace(f.Context(), b, october31, filling(lines, 10)); err != nil {
		f.Fatalf("replace a day of %s: %v", provider, err)
	}
}

func (f *fixture) focusOf(provider string) []map[string]string {
	f.Helper()
	_, rows, err := f.Focus(f.Context(), "of "+provider)
	if err != nil {
		f.Fatal(err)
	}
	return rows
}
