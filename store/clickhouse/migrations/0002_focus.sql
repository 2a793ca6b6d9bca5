-- The current lines under the column names of FOCUS 1.2 (finops.org). Instants are UTC, so a month of the billing
-- calendar (UTC+8) begins at 16:00 of the day before. What FOCUS has no column for begins with x_.

-- goscan:statement
CREATE OR REPLACE VIEW {{object "focus"}} AS
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
FROM {{name "bills"}}
