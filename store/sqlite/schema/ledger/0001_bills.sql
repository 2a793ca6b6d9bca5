-- The ledger: bills as loads under a commit log. The newest version of a day in bill_days names its current load; a row
-- of it is a commit.
--
-- Every amount is two columns: X_whole, the largest whole number that is not above it, and X_pico, what is left, counted
-- in millionths of a millionth (10^-12). Both sum exactly: -0.01 is -1 and 990000000000. The views show amounts as text
-- with all their digits. Days and months are those of the billing calendar (UTC+8); every instant is text in UTC.

CREATE TABLE ledger_id (id TEXT NOT NULL) STRICT;
INSERT INTO ledger_id VALUES (lower(hex(randomblob(16))));

CREATE TABLE bill_lines (
	load_id INTEGER NOT NULL,
	line INTEGER NOT NULL, -- the line's position in the cloud's answer for its day
	account TEXT NOT NULL,
	provider TEXT NOT NULL,
	dataset TEXT NOT NULL,
	month TEXT NOT NULL,
	day TEXT NOT NULL,
	billing_account_id TEXT NOT NULL,
	billing_account_name TEXT NOT NULL,
	sub_account_id TEXT NOT NULL,
	sub_account_name TEXT NOT NULL,
	charge_period_start TEXT NOT NULL,
	charge_period_end TEXT NOT NULL,
	charge_category TEXT NOT NULL,
	charge_class TEXT NOT NULL,
	service_code TEXT NOT NULL,
	service_name TEXT NOT NULL,
	sku_id TEXT NOT NULL,
	sku_meter TEXT NOT NULL,
	resource_id TEXT NOT NULL,
	resource_name TEXT NOT NULL,
	region_id TEXT NOT NULL,
	region_name TEXT NOT NULL,
	availability_zone TEXT NOT NULL,
	billing_mode TEXT NOT NULL,
	pricing_quantity TEXT,
	pricing_unit TEXT NOT NULL,
	list_unit_price TEXT,
{{range amounts}}	{{.}}_whole INTEGER NOT NULL,
	{{.}}_pico INTEGER NOT NULL,
{{end}}	currency TEXT NOT NULL,
	cost_unit TEXT NOT NULL,
	invoice_issuer TEXT NOT NULL,
	tags TEXT NOT NULL, -- a JSON object of texts, like native
	native TEXT NOT NULL
) STRICT;
CREATE INDEX bill_lines_by_load ON bill_lines (load_id);

CREATE TABLE bill_days (
	account TEXT NOT NULL,
	provider TEXT NOT NULL,
	dataset TEXT NOT NULL,
	month TEXT NOT NULL,
	day TEXT NOT NULL,
	load_id INTEGER NOT NULL,
	version TEXT NOT NULL, -- when the fetch began
	committed_at TEXT NOT NULL,
	state TEXT NOT NULL, -- provisional, complete or final
	lines INTEGER NOT NULL,
	billed_cost TEXT NOT NULL, -- a JSON object: currency to amount
	checksum TEXT NOT NULL, -- over all lines, whatever their order
	run_id TEXT NOT NULL,
	PRIMARY KEY (account, dataset, day, version, load_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bill_days_by_load ON bill_days (load_id);

CREATE TABLE bill_daily (
	load_id INTEGER NOT NULL,
	account TEXT NOT NULL,
	provider TEXT NOT NULL,
	dataset TEXT NOT NULL,
	month TEXT NOT NULL,
	day TEXT NOT NULL,
	service_code TEXT NOT NULL,
	service_name TEXT NOT NULL,
	region_id TEXT NOT NULL,
	region_name TEXT NOT NULL,
	charge_category TEXT NOT NULL,
	billing_mode TEXT NOT NULL,
	sub_account_id TEXT NOT NULL,
	sub_account_name TEXT NOT NULL,
	cost_unit TEXT NOT NULL,
	currency TEXT NOT NULL,
{{range amounts}}	{{.}}_whole INTEGER NOT NULL,
	{{.}}_pico INTEGER NOT NULL,
{{end}}	lines INTEGER NOT NULL
) STRICT;
CREATE INDEX bill_daily_by_load ON bill_daily (load_id);

-- Amounts here are texts with all their digits: nothing is summed over them.
CREATE TABLE bill_months (
	account TEXT NOT NULL,
	provider TEXT NOT NULL,
	dataset TEXT NOT NULL,
	month TEXT NOT NULL,
	service_code TEXT NOT NULL,
	service_name TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount TEXT NOT NULL, -- the column that was compared: cost_before_voucher, billed_cost
	closed INTEGER NOT NULL, -- 1 or 0: whether the month had closed when it was compared
	lines INTEGER NOT NULL, -- that are stored
	rows INTEGER NOT NULL, -- of the cloud's overview
	stored_total TEXT NOT NULL,
	provider_total TEXT NOT NULL, -- of the overview, its rounding added back
	rounding TEXT NOT NULL, -- that was added back
	difference TEXT NOT NULL, -- stored_total - provider_total
	tolerance TEXT NOT NULL, -- a difference up to this is none
	overview TEXT NOT NULL, -- fingerprint of the whole overview
	accepted_reason TEXT NOT NULL, -- empty: nobody accepted a difference
	recorded_at TEXT NOT NULL, -- of each account, dataset and month the rows with the newest hold
	run_id TEXT NOT NULL
) STRICT;
CREATE INDEX bill_months_by_month ON bill_months (account, dataset, month, recorded_at);

CREATE VIEW current_loads AS
SELECT * FROM bill_days AS d
WHERE NOT EXISTS (
	SELECT 1 FROM bill_days AS n
	WHERE n.account = d.account AND n.dataset = d.dataset AND n.day = d.day AND (n.version, n.load_id) > (d.version, d.load_id)
);

CREATE VIEW bills AS
SELECT
	l.account, l.provider, l.dataset, l.month, l.day, l.line, l.load_id,
	l.billing_account_id, l.billing_account_name, l.sub_account_id, l.sub_account_name,
	l.charge_period_start, l.charge_period_end, l.charge_category, l.charge_class,
	l.service_code, l.service_name, l.sku_id, l.sku_meter, l.resource_id, l.resource_name,
	l.region_id, l.region_name, l.availability_zone, l.billing_mode, l.pricing_quantity, l.pricing_unit, l.list_unit_price,
{{range amounts}}	{{text "l" .}} AS {{.}},
{{end}}	l.currency, l.cost_unit, l.invoice_issuer, l.tags, l.native
FROM current_loads AS c CROSS JOIN bill_lines AS l ON l.load_id = c.load_id;

CREATE VIEW bills_daily AS
SELECT
	s.account, s.provider, s.dataset, s.month, s.day, s.load_id, s.service_code, s.service_name, s.region_id, s.region_name,
	s.charge_category, s.billing_mode, s.sub_account_id, s.sub_account_name, s.cost_unit, s.currency,
{{range amounts}}	{{text "s" .}} AS {{.}},
{{end}}	s.lines
FROM current_loads AS c CROSS JOIN bill_daily AS s ON s.load_id = c.load_id;
