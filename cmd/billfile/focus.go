package billfile

import (
	"cmp"
	"strings"
	"time"

	"goscan/providers"
	"goscan/store"
)

// focusColumns returns the columns of the view focus: those of FOCUS 1.2 (finops.org), then what FOCUS has none for, which
// begins with x_. Where FOCUS wants null instead of an empty text, it is null.
func focusColumns() []column {
	type line = *providers.Line
	type mark = *store.Mark
	return []column{
		nullable("AvailabilityZone", func(_ mark, l line) string { return l.AvailabilityZone }),
		money("BilledCost", func(l line) providers.Money { return l.BilledCost }),
		words("BillingAccountId", func(m mark, l line) string { return cmp.Or(l.BillingAccountID, m.Account) }),
		nullable("BillingAccountName", func(_ mark, l line) string { return l.BillingAccountName }),
		words("BillingCurrency", func(_ mark, l line) string { return l.Currency }),
		moment("BillingPeriodStart", func(m mark, _ line) time.Time { return m.Month.First().Start() }),
		moment("BillingPeriodEnd", func(m mark, _ line) time.Time { return (m.Month + 1).First().Start() }),
		words("ChargeCategory", func(_ mark, l line) string { return l.ChargeCategory }),
		nullable("ChargeClass", func(_ mark, l line) string { return l.ChargeClass }),
		nullable("ChargeDescription", func(_ mark, l line) string { return l.SkuMeter }),
		moment("ChargePeriodStart", func(_ mark, l line) time.Time { return l.ChargePeriodStart }),
		moment("ChargePeriodEnd", func(_ mark, l line) time.Time { return l.ChargePeriodEnd }),
		money("ContractedCost", func(l line) providers.Money { return l.ContractedCost }),
		money("EffectiveCost", func(l line) providers.Money { return l.EffectiveCost }),
		words("InvoiceIssuerName", func(m mark, l line) string { return cmp.Or(l.InvoiceIssuer, providerName(m)) }),
		money("ListCost", func(l line) providers.Money { return l.ListCost }),
		known("ListUnitPrice", func(l line) (providers.Quantity, bool) { return l.ListUnitPrice, true }),
		known("PricingQuantity", func(l line) (providers.Quantity, bool) { return l.PricingQuantity, l.PricingUnit != "" }),
		nullable("PricingUnit", func(_ mark, l line) string {
			if !l.PricingQuantity.Valid {
				return ""
			}
			return l.PricingUnit
		}),
		words("ProviderName", func(m mark, _ line) string { return providerName(m) }),
		words("PublisherName", func(m mark, _ line) string { return providerName(m) }),
		nullable("RegionId", func(_ mark, l line) string { return l.RegionID }),
		nullable("RegionName", func(_ mark, l line) string { return l.RegionName }),
		nullable("ResourceId", func(_ mark, l line) string { return l.ResourceID }),
		nullable("ResourceName", func(_ mark, l line) string { return l.ResourceName }),
		words("ServiceCategory", func(m mark, l line) string { return serviceCategory(m.Provider, l.ServiceCode) }),
		words("ServiceName", func(m mark, l line) string { return cmp.Or(l.ServiceName, l.ServiceCode, m.Provider) }),
		nullable("SkuId", func(_ mark, l line) string { return l.SkuID }),
		nullable("SkuMeter", func(_ mark, l line) string { return l.SkuMeter }),
		nullable("SubAccountId", func(_ mark, l line) string { return l.SubAccountID }),
		nullable("SubAccountName", func(_ mark, l line) string { return l.SubAccountName }),
		{
			name: "Tags", kind: object, optional: true,
			get: func(_ mark, l line) cell { return cell{null: len(l.Tags) == 0, object: providers.PairsOf(l.Tags)} },
		},
		words("x_Account", func(m mark, _ line) string { return m.Account }),
		words("x_Provider", func(m mark, _ line) string { return m.Provider }),
		words("x_Dataset", func(m mark, _ line) string { return m.Dataset }),
		{name: "x_Day", kind: date, get: func(m mark, _ line) cell { return cell{number: int64(m.Day)} }},
		{name: "x_Line", kind: integer, get: func(_ mark, l line) cell { return cell{number: int64(l.Offset)} }},
		{name: "x_LoadId", kind: integer, get: func(m mark, _ line) cell { return cell{number: int64(m.LoadID)} }},
		nullable("x_ServiceCode", func(_ mark, l line) string { return l.ServiceCode }),
		nullable("x_BillingMode", func(_ mark, l line) string { return l.BillingMode }),
		nullable("x_CostUnit", func(_ mark, l line) string { return l.CostUnit }),
		money("x_CostBeforeVoucher", func(l line) providers.Money { return l.CostBeforeVoucher }),
		money("x_CostAfterVoucher", func(l line) providers.Money { return l.CostAfterVoucher }),
		money("x_CouponAmount", func(l line) providers.Money { return l.CouponAmount }),
		money("x_VoucherAmount", func(l line) providers.Money { return l.VoucherAmount }),
		money("x_PaidAmount", func(l line) providers.Money { return l.PaidAmount }),
		money("x_UnpaidAmount", func(l line) providers.Money { return l.UnpaidAmount }),
		money("x_TaxAmount", func(l line) providers.Money { return l.TaxAmount }),
		money("x_RoundingAmount", func(l line) providers.Money { return l.RoundingAmount }),
		{name: "x_Native", kind: object, get: func(_ mark, l line) cell { return cell{object: l.Native} }},
	}
}

func words(name string, of func(m *store.Mark, l *providers.Line) string) column {
	return column{name: name, kind: text, get: func(m *store.Mark, l *providers.Line) cell { return cell{text: of(m, l)} }}
}

// nullable is a column of texts in which an empty one is null.
func nullable(name string, of func(m *store.Mark, l *providers.Line) string) column {
	return column{name: name, kind: text, optional: true, get: func(m *store.Mark, l *providers.Line) cell {
		s := of(m, l)
		return cell{null: s == "", text: s}
	}}
}

func money(name string, of func(l *providers.Line) providers.Money) column {
	return column{name: name, kind: amount, get: func(_ *store.Mark, l *providers.Line) cell { return cell{amount: of(l)} }}
}

// known is a column of quantities, null where they are unknown or mean nothing.
func known(name string, of func(l *providers.Line) (q providers.Quantity, means bool)) column {
	return column{name: name, kind: amount, optional: true, get: func(_ *store.Mark, l *providers.Line) cell {
		q, means := of(l)
		return cell{null: !q.Valid || !means, amount: q.Decimal}
	}}
}

func moment(name string, of func(m *store.Mark, l *providers.Line) time.Time) column {
	return column{name: name, kind: instant, get: func(m *store.Mark, l *providers.Line) cell { return cell{number: of(m, l).Unix()} }}
}

func providerName(m *store.Mark) string {
	switch m.Provider {
	case "volcengine":
		return "Volcengine"
	case "alicloud":
		return "Alibaba Cloud"
	}
	return m.Provider
}

const otherCategory = "Other"

// serviceCategory returns what FOCUS calls the category of a service. A code means what its cloud means by it; its case says
// nothing.
func serviceCategory(provider, code string) string {
	switch code = strings.ToLower(code); provider {
	case "volcengine":
		return volcengineCategory(code)
	case "alicloud":
		return alicloudCategory(code)
	}
	return otherCategory
}

func volcengineCategory(code string) string {
	switch code {
	case "ark_bd", "ml_platform":
		return "AI and Machine Learning"
	case "emr", "escloud":
		return "Analytics"
	case "auto_scaling", "ecs", "vci", "vefaas", "vke":
		return "Compute"
	case "mongodb", "rds for mysql", "rds for postgresql", "rds for sql server", "redis", "vedb for mysql":
		return "Databases"
	case "cr":
		return "Developer Tools"
	case "kafka", "rocketmq":
		return "Integration"
	case "cloudmonitor", "tls":
		return "Management and Governance"
	case "imagex", "live", "rtc", "vod":
		return "Media"
	case "alb", "cdn", "cen", "clb", "dcdn", "eip", "nat", "vpc":
		return "Networking"
	case "kms", "waf":
		return "Security"
	case "ebs", "filenas", "tos", "vepfs", "volume":
		return "Storage"
	}
	return otherCategory
}

func alicloudCategory(code string) string {
	switch code {
	case "learn", "pai", "sfm":
		return "AI and Machine Learning"
	case "elasticsearch", "emr", "hologram", "odps":
		return "Analytics"
	case "cs", "csk", "eci", "ecs", "ess", "fc", "swas":
		return "Compute"
	case "dds", "dts", "hbase", "kvstore", "ots", "polardb", "rds", "redisa":
		return "Databases"
	case "alikafka", "apigateway", "dysms", "mns", "ons":
		return "Integration"
	case "arms", "cms", "sls":
		return "Management and Governance"
	case "live", "vod":
		return "Media"
	case "alb", "cbn", "cdn", "dcdn", "dns", "eip", "nat_gw", "nlb", "slb", "vpc", "vpn":
		return "Networking"
	case "cas", "ddos", "kms", "sas", "waf":
		return "Security"
	case "disk", "hbr", "nas", "oss", "snapshot", "yundisk":
		return "Storage"
	case "domain":
		return "Web"
	}
	return otherCategory
}
