-- The tables of bills, see design of package store. Amounts are exact; sums are exact while they stay below 10^26.

-- goscan:statement
-- Every line of every load. Which loads are current is in bill_days: read the view bills.
CREATE TABLE IF NOT EXISTS {{object (local "bill_lines")}} (
    account LowCardinality(String) COMMENT 'the name under providers: in the configuration',
    provider LowCardinality(String) COMMENT 'the kind of cloud: volcengine, alicloud',
    dataset LowCardinality(String) COMMENT 'what was read: bill',
    month Date COMMENT 'first day of the month, billing calendar (UTC+8)',
    day Date COMMENT 'the day that was asked for, billing calendar (UTC+8)',
    line UInt32 COMMENT 'position in the answer for the day, from 0',
    load_id UInt64 COMMENT 'the attempt that stored the line',
    billing_account_id LowCardinality(String) COMMENT 'who pays',
    billing_account_name LowCardinality(String),
    sub_account_id LowCardinality(String) COMMENT 'who used it',
    sub_account_name LowCardinality(String),
    charge_period_start DateTime('UTC') COMMENT 'inclusive',
    charge_period_end DateTime('UTC') COMMENT 'exclusive',
    charge_category LowCardinality(String) COMMENT 'Usage, Purchase, Tax, Credit, Adjustment',
    charge_class LowCardinality(String) COMMENT 'Correction or empty',
    service_code LowCardinality(String),
    service_name LowCardinality(String),
    sku_id LowCardinality(String),
    sku_meter LowCardinality(String),
    resource_id String,
    resource_name String,
    region_id LowCardinality(String),
    region_name LowCardinality(String),
    availability_zone LowCardinality(String),
    billing_mode LowCardinality(String) COMMENT 'Subscription, PayAsYouGo or the word of the cloud',
    pricing_quantity Nullable(Decimal(38, 12)),
    pricing_unit LowCardinality(String),
    list_unit_price Nullable(Decimal(38, 12)) COMMENT 'in currency per pricing_unit',
    list_cost Decimal(38, 12),
    contracted_cost Decimal(38, 12),
    billed_cost Decimal(38, 12) COMMENT 'payable, as invoiced',
    effective_cost Decimal(38, 12) COMMENT 'the cash view: equal to billed_cost',
    cost_before_voucher Decimal(38, 12) COMMENT 'comparable across clouds',
    cost_after_voucher Decimal(38, 12),
    coupon_amount Decimal(38, 12) COMMENT '优惠券: reduces what is payable',
    voucher_amount Decimal(38, 12) COMMENT '代金券: a means of payment',
    paid_amount Decimal(38, 12),
    unpaid_amount Decimal(38, 12),
    tax_amount Decimal(38, 12),
    rounding_amount Decimal(38, 12) COMMENT '抹零',
    currency LowCardinality(String) COMMENT 'ISO 4217',
    cost_unit LowCardinality(String) COMMENT 'project (Volcengine) or 财务单元 (Alibaba Cloud)',
    invoice_issuer LowCardinality(String),
    tags Map(LowCardinality(String), String),
    native Map(LowCardinality(String), String) COMMENT 'fields of the cloud that no column gives back exactly',
    INDEX loads load_id TYPE minmax,
    INDEX days day TYPE minmax
)
ENGINE = {{sharded "MergeTree" "bill_lines"}}
PARTITION BY month
ORDER BY (account, service_code, resource_id, day)
SETTINGS default_compression_codec = 'ZSTD(1)'

-- goscan:statement
{{distributed "bill_lines" "cityHash64(account)"}}

-- goscan:statement
-- The commit log, append only: of the rows of a day, the one with the newest version names the current load.
CREATE TABLE IF NOT EXISTS {{object "bill_days"}} (
    account LowCardinality(String),
    provider LowCardinality(String),
    dataset LowCardinality(String),
    month Date,
    day Date,
    load_id UInt64,
    version DateTime64(6, 'UTC') COMMENT 'when the fetch began',
    committed_at DateTime64(6, 'UTC'),
    state LowCardinality(String) COMMENT 'provisional, complete, final',
    lines UInt64,
    billed_cost Map(LowCardinality(String), Decimal(38, 12)) COMMENT 'by currency',
    checksum UInt64 COMMENT 'over all lines, whatever their order',
    run_id String
)
ENGINE = {{copied "MergeTree" "bill_days"}}
ORDER BY (account, dataset, day, version)

-- goscan:statement
-- The sums of every load, also of those that were superseded: they tell how a day was restated. Two blocks of one load
-- may have the same sums: a replicated table must not take the second for the first one sent again.
CREATE TABLE IF NOT EXISTS {{object (local "bill_daily")}} (
    account LowCardinality(String),
    provider LowCardinality(String),
    dataset LowCardinality(String),
    month Date,
    day Date,
    load_id UInt64,
    service_code LowCardinality(String),
    service_name LowCardinality(String),
    region_id LowCardinality(String),
    region_name LowCardinality(String),
    charge_category LowCardinality(String),
    billing_mode LowCardinality(String),
    sub_account_id LowCardinality(String),
    sub_account_name LowCardinality(String),
    cost_unit LowCardinality(String),
    currency LowCardinality(String),
    list_cost Decimal(38, 12),
    contracted_cost Decimal(38, 12),
    billed_cost Decimal(38, 12),
    effective_cost Decimal(38, 12),
    cost_before_voucher Decimal(38, 12),
    cost_after_voucher Decimal(38, 12),
    coupon_amount Decimal(38, 12),
    voucher_amount Decimal(38, 12),
    paid_amount Decimal(38, 12),
    unpaid_amount Decimal(38, 12),
    tax_amount Decimal(38, 12),
    rounding_amount Decimal(38, 12),
    lines UInt64,
    INDEX loads load_id TYPE minmax,
    INDEX days day TYPE minmax
)
ENGINE = {{sharded "SummingMergeTree" "bill_daily" `(
    list_cost, contracted_cost, billed_cost, effective_cost, cost_before_voucher, cost_after_voucher,
    coupon_amount, voucher_amount, paid_amount, unpaid_amount, tax_amount, rounding_amount, lines
)`}}
PARTITION BY month
ORDER BY (
    account, service_code, day, load_id, provider, dataset, month, service_name, region_id, region_name,
    charge_category, billing_mode, sub_account_id, sub_account_name, cost_unit, currency
)
SETTINGS default_compression_codec = 'ZSTD(1)', replicated_deduplication_window = 0

-- goscan:statement
{{distributed "bill_daily" "cityHash64(account)"}}

-- goscan:statement
-- Fills bill_daily with every INSERT into bill_lines.
CREATE MATERIALIZED VIEW IF NOT EXISTS {{object "bill_daily_feed"}} TO {{name (local "bill_daily")}} AS
SELECT
    account, provider, dataset, month, day, load_id, service_code, service_name, region_id, region_name,
    charge_category, billing_mode, sub_account_id, sub_account_name, cost_unit, currency,
    sum(list_cost) AS list_cost,
    sum(contracted_cost) AS contracted_cost,
    sum(billed_cost) AS billed_cost,
    sum(effective_cost) AS effective_cost,
    sum(cost_before_voucher) AS cost_before_voucher,
    sum(cost_after_voucher) AS cost_after_voucher,
    sum(coupon_amount) AS coupon_amount,
    sum(voucher_amount) AS voucher_amount,
    sum(paid_amount) AS paid_amount,
    sum(unpaid_amount) AS unpaid_amount,
    sum(tax_amount) AS tax_amount,
    sum(rounding_amount) AS rounding_amount,
    count() AS lines
FROM {{name (local "bill_lines")}}
GROUP BY
    account, provider, dataset, month, day, load_id, service_code, service_name, region_id, region_name,
    charge_category, billing_mode, sub_account_id, sub_account_name, cost_unit, currency

-- goscan:statement
-- What was reconciled, append only: of each account, dataset and month, the rows with the newest recorded_at hold.
CREATE TABLE IF NOT EXISTS {{object "bill_months"}} (
    account LowCardinality(String),
    provider LowCardinality(String),
    dataset LowCardinality(String),
    month Date,
    service_code LowCardinality(String),
    service_name LowCardinality(String),
    currency LowCardinality(String),
    amount LowCardinality(String) COMMENT 'the column that was compared: cost_before_voucher, billed_cost',
    closed Bool COMMENT 'the month had closed when it was compared',
    lines UInt64 COMMENT 'that are stored',
    rows UInt32 COMMENT 'of the overview of the cloud',
    stored_total Decimal(38, 12),
    provider_total Decimal(38, 12) COMMENT 'of the overview, its rounding added back',
    rounding Decimal(38, 12) COMMENT 'that was added back',
    difference Decimal(38, 12) COMMENT 'stored_total - provider_total',
    tolerance Decimal(38, 12) COMMENT 'a difference up to this is none',
    overview String COMMENT 'fingerprint of the whole overview',
    accepted_reason String COMMENT 'why somebody accepted the difference; empty: nobody did',
    recorded_at DateTime64(6, 'UTC'),
    run_id String
)
ENGINE = {{copied "MergeTree" "bill_months"}}
ORDER BY (account, dataset, month, recorded_at)

-- goscan:statement
-- The lines of current loads. The log is read in its own order: a third of the time of argMax with GROUP BY. identity
-- keeps the server from searching indexes for the loads: nearly all match, and with 200,000 that took 0.3 s.
CREATE OR REPLACE VIEW {{object "bills"}} AS
SELECT
    account, provider, dataset, month, day, line, load_id, billing_account_id, billing_account_name,
    sub_account_id, sub_account_name, charge_period_start, charge_period_end, charge_category, charge_class,
    service_code, service_name, sku_id, sku_meter, resource_id, resource_name, region_id, region_name,
    availability_zone, billing_mode, pricing_quantity, pricing_unit, list_unit_price, list_cost,
    contracted_cost, billed_cost, effective_cost, cost_before_voucher, cost_after_voucher, coupon_amount,
    voucher_amount, paid_amount, unpaid_amount, tax_amount, rounding_amount, currency, cost_unit,
    invoice_issuer, tags, native
FROM {{name "bill_lines"}}
WHERE identity(load_id) {{in}} (
    SELECT load_id FROM {{name "bill_days"}}
    ORDER BY account, dataset, day, version DESC, load_id DESC LIMIT 1 BY account, dataset, day
)

-- goscan:statement
-- The sums of current loads.
CREATE OR REPLACE VIEW {{object "bills_daily"}} AS
SELECT
    account, provider, dataset, month, day, load_id, service_code, service_name, region_id, region_name,
    charge_category, billing_mode, sub_account_id, sub_account_name, cost_unit, currency, list_cost,
    contracted_cost, billed_cost, effective_cost, cost_before_voucher, cost_after_voucher, coupon_amount,
    voucher_amount, paid_amount, unpaid_amount, tax_amount, rounding_amount, lines
FROM {{name "bill_daily"}}
WHERE identity(load_id) {{in}} (
    SELECT load_id FROM {{name "bill_days"}}
    ORDER BY account, dataset, day, version DESC, load_id DESC LIMIT 1 BY account, dataset, day
)
