CREATE DATABASE IF NOT EXISTS `bills` ON CLUSTER `main`;

-- Every line of every load. Which loads are current is in bill_days: read the view bills.
CREATE TABLE IF NOT EXISTS `bills`.`bill_lines_local` ON CLUSTER `main` (
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/bills/{shard}/bill_lines_local', '{replica}')
PARTITION BY month
ORDER BY (account, service_code, resource_id, day)
SETTINGS default_compression_codec = 'ZSTD(1)';

CREATE TABLE IF NOT EXISTS `bills`.`bill_lines` ON CLUSTER `main` AS `bills`.`bill_lines_local`
ENGINE = Distributed('main', 'bills', 'bill_lines_local', cityHash64(account));

-- The commit log, append only: of the rows of a day, the one with the newest version names the current load.
CREATE TABLE IF NOT EXISTS `bills`.`bill_days` ON CLUSTER `main` (
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/bills/all/bill_days', '{shard}-{replica}')
ORDER BY (account, dataset, day, version);

-- The sums of every load, also of those that were superseded: they tell how a day was restated. Two blocks of one load
-- may have the same sums: a replicated table must not take the second for the first one sent again.
CREATE TABLE IF NOT EXISTS `bills`.`bill_daily_local` ON CLUSTER `main` (
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
ENGINE = ReplicatedSummingMergeTree('/clickhouse/tables/bills/{shard}/bill_daily_local', '{replica}', (
    list_cost, contracted_cost, billed_cost, effective_cost, cost_before_voucher, cost_after_voucher,
    coupon_amount, voucher_amount, paid_amount, unpaid_amount, tax_amount, rounding_amount, lines
))
PARTITION BY month
ORDER BY (
    account, service_code, day, load_id, provider, dataset, month, service_name, region_id, region_name,
    charge_category, billing_mode, sub_account_id, sub_account_name, cost_unit, currency
)
SETTINGS default_compression_codec = 'ZSTD(1)', replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS `bills`.`bill_daily` ON CLUSTER `main` AS `bills`.`bill_daily_local`
ENGINE = Distributed('main', 'bills', 'bill_daily_local', cityHash64(account));

-- Fills bill_daily with every INSERT into bill_lines.
CREATE MATERIALIZED VIEW IF NOT EXISTS `bills`.`bill_daily_feed` ON CLUSTER `main` TO `bills`.`bill_daily_local` AS
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
FROM `bills`.`bill_lines_local`
GROUP BY
    account, provider, dataset, month, day, load_id, service_code, service_name, region_id, region_name,
    charge_category, billing_mode, sub_account_id, sub_account_name, cost_unit, currency;

-- What was reconciled, append only: of each account, dataset and month, the rows with the newest recorded_at hold.
CREATE TABLE IF NOT EXISTS `bills`.`bill_months` ON CLUSTER `main` (
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/bills/all/bill_months', '{shard}-{replica}')
ORDER BY (account, dataset, month, recorded_at);

-- The lines of current loads. The log is read in its own order: a third of the time of argMax with GROUP BY. identity
-- keeps the server from searching indexes for the loads: nearly all match, and with 200,000 that took 0.3 s.
CREATE OR REPLACE VIEW `bills`.`bills` ON CLUSTER `main` AS
SELECT
    account, provider, dataset, month, day, line, load_id, billing_account_id, billing_account_name,
    sub_account_id, sub_account_name, charge_period_start, charge_period_end, charge_category, charge_class,
    service_code, service_name, sku_id, sku_meter, resource_id, resource_name, region_id, region_name,
    availability_zone, billing_mode, pricing_quantity, pricing_unit, list_unit_price, list_cost,
    contracted_cost, billed_cost, effective_cost, cost_before_voucher, cost_after_voucher, coupon_amount,
    voucher_amount, paid_amount, unpaid_amount, tax_amount, rounding_amount, currency, cost_unit,
    invoice_issuer, tags, native
FROM `bills`.`bill_lines`
WHERE identity(load_id) GLOBAL IN (
    SELECT load_id FROM `bills`.`bill_days`
    ORDER BY account, dataset, day, version DESC, load_id DESC LIMIT 1 BY account, dataset, day
);

-- The sums of current loads.
CREATE OR REPLACE VIEW `bills`.`bills_daily` ON CLUSTER `main` AS
SELECT
    account, provider, dataset, month, day, load_id, service_code, service_name, region_id, region_name,
    charge_category, billing_mode, sub_account_id, sub_account_name, cost_unit, currency, list_cost,
    contracted_cost, billed_cost, effective_cost, cost_before_voucher, cost_after_voucher, coupon_amount,
    voucher_amount, paid_amount, unpaid_amount, tax_amount, rounding_amount, lines
FROM `bills`.`bill_daily`
WHERE identity(load_id) GLOBAL IN (
    SELECT load_id FROM `bills`.`bill_days`
    ORDER BY account, dataset, day, version DESC, load_id DESC LIMIT 1 BY account, dataset, day
);

CREATE OR REPLACE VIEW `bills`.`focus` ON CLUSTER `main` AS
SELECT
    CAST(nullIf(availability_zone, ''), 'Nullable(String)') AS AvailabilityZone,
    billed_cost AS BilledCost,
    CAST(if(billing_account_id = '', account, billing_account_id), 'String') AS BillingAccountId,
    CAST(nullIf(billing_account_name, ''), 'Nullable(String)') AS BillingAccountName,
    CAST(currency, 'String') AS BillingCurrency,
    toDateTime(month, 'UTC') - INTERVAL 8 HOUR AS BillingPeriodStart,
    toDateTime(month + INTERVAL 1 MONTH, 'UTC') - INTERVAL 8 HOUR AS BillingPeriodEnd,
    CAST(charge_category, 'String') AS ChargeCategory,
    CAST(nullIf(charge_class, ''), 'Nullable(String)') AS ChargeClass,
    CAST(nullIf(sku_meter, ''), 'Nullable(String)') AS ChargeDescription,
    charge_period_start AS ChargePeriodStart,
    charge_period_end AS ChargePeriodEnd,
    contracted_cost AS ContractedCost,
    effective_cost AS EffectiveCost,
    CAST(if(invoice_issuer = '', ProviderName, invoice_issuer), 'String') AS InvoiceIssuerName,
    list_cost AS ListCost,
    list_unit_price AS ListUnitPrice,
    if(pricing_unit = '', NULL, pricing_quantity) AS PricingQuantity,
    if(pricing_quantity IS NULL, NULL, CAST(nullIf(pricing_unit, ''), 'Nullable(String)')) AS PricingUnit,
    CAST(multiIf(provider = 'volcengine', 'Volcengine', provider = 'alicloud', 'Alibaba Cloud', provider), 'String')
        AS ProviderName,
    ProviderName AS PublisherName,
    CAST(nullIf(region_id, ''), 'Nullable(String)') AS RegionId,
    CAST(nullIf(region_name, ''), 'Nullable(String)') AS RegionName,
    nullIf(resource_id, '') AS ResourceId,
    nullIf(resource_name, '') AS ResourceName,
    multiIf(
        provider = 'volcengine', multiIf(
            lower(service_code) IN ('ark_bd', 'ml_platform'), 'AI and Machine Learning',
            lower(service_code) IN ('emr', 'escloud'), 'Analytics',
            lower(service_code) IN ('auto_scaling', 'ecs', 'vci', 'vefaas', 'vke'), 'Compute',
            lower(service_code) IN (
                'mongodb', 'rds for mysql', 'rds for postgresql', 'rds for sql server', 'redis',
                'vedb for mysql'
            ), 'Databases',
            lower(service_code) IN ('cr'), 'Developer Tools',
            lower(service_code) IN ('kafka', 'rocketmq'), 'Integration',
            lower(service_code) IN ('cloudmonitor', 'tls'), 'Management and Governance',
            lower(service_code) IN ('imagex', 'live', 'rtc', 'vod'), 'Media',
            lower(service_code) IN ('alb', 'cdn', 'cen', 'clb', 'dcdn', 'eip', 'nat', 'vpc'), 'Networking',
            lower(service_code) IN ('kms', 'waf'), 'Security',
            lower(service_code) IN ('ebs', 'filenas', 'tos', 'vepfs', 'volume'), 'Storage',
            'Other'
        ),
        provider = 'alicloud', multiIf(
            lower(service_code) IN ('learn', 'pai', 'sfm'), 'AI and Machine Learning',
            lower(service_code) IN ('elasticsearch', 'emr', 'hologram', 'odps'), 'Analytics',
            lower(service_code) IN ('cs', 'csk', 'eci', 'ecs', 'ess', 'fc', 'swas'), 'Compute',
            lower(service_code) IN ('dds', 'dts', 'hbase', 'kvstore', 'ots', 'polardb', 'rds', 'redisa'), 'Databases',
            lower(service_code) IN ('alikafka', 'apigateway', 'dysms', 'mns', 'ons'), 'Integration',
            lower(service_code) IN ('arms', 'cms', 'sls'), 'Management and Governance',
            lower(service_code) IN ('live', 'vod'), 'Media',
            lower(service_code) IN (
                'alb', 'cbn', 'cdn', 'dcdn', 'dns', 'eip', 'nat_gw', 'nlb', 'slb', 'vpc', 'vpn'
            ), 'Networking',
            lower(service_code) IN ('cas', 'ddos', 'kms', 'sas', 'waf'), 'Security',
            lower(service_code) IN ('disk', 'hbr', 'nas', 'oss', 'snapshot', 'yundisk'), 'Storage',
            lower(service_code) IN ('domain'), 'Web',
            'Other'
        ),
        'Other'
    ) AS ServiceCategory,
    CAST(multiIf(service_name != '', service_name, service_code != '', service_code, provider), 'String') AS ServiceName,
    CAST(nullIf(sku_id, ''), 'Nullable(String)') AS SkuId,
    CAST(nullIf(sku_meter, ''), 'Nullable(String)') AS SkuMeter,
    CAST(nullIf(sub_account_id, ''), 'Nullable(String)') AS SubAccountId,
    CAST(nullIf(sub_account_name, ''), 'Nullable(String)') AS SubAccountName,
    if(empty(tags), NULL, toJSONString(tags)) AS Tags,
    CAST(account, 'String') AS x_Account,
    CAST(provider, 'String') AS x_Provider,
    CAST(dataset, 'String') AS x_Dataset,
    day AS x_Day,
    line AS x_Line,
    load_id AS x_LoadId,
    CAST(nullIf(service_code, ''), 'Nullable(String)') AS x_ServiceCode,
    CAST(nullIf(billing_mode, ''), 'Nullable(String)') AS x_BillingMode,
    CAST(nullIf(cost_unit, ''), 'Nullable(String)') AS x_CostUnit,
    cost_before_voucher AS x_CostBeforeVoucher,
    cost_after_voucher AS x_CostAfterVoucher,
    coupon_amount AS x_CouponAmount,
    voucher_amount AS x_VoucherAmount,
    paid_amount AS x_PaidAmount,
    unpaid_amount AS x_UnpaidAmount,
    tax_amount AS x_TaxAmount,
    rounding_amount AS x_RoundingAmount,
    toJSONString(native) AS x_Native
FROM `bills`.`bills`;

ALTER TABLE `bills`.`bill_daily_local` ON CLUSTER `main` MODIFY SETTING default_compression_codec = 'LZ4';

-- Which migrations were applied, by whom, when and where. store_id is the same in every row.
CREATE TABLE IF NOT EXISTS `bills`.`goscan_migrations` ON CLUSTER `main` (
    version UInt32,
    name String,
    checksum String,
    applied_at DateTime64(6, 'UTC') DEFAULT now64(6),
    app_version String,
    cluster String COMMENT 'that it was applied on; empty: on one server',
    store_id String DEFAULT 'STORE'
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/bills/all/goscan_migrations', '{shard}-{replica}')
ORDER BY version;

DELETE FROM `bills`.`bill_lines_local` ON CLUSTER `main` IN PARTITION '2026-10-01' WHERE load_id IN (1, 2);
