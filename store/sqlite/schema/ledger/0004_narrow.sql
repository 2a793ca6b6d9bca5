-- A line shared most of what was kept of it with others: the account and the day with its whole load, who and what is billed
-- with many, the names of its native fields with nearly all lines of its cloud. Those are kept once now, which makes a line a
-- third as long: the first by bill_days, the second as a kind, the third as a shape.

DROP VIEW focus;
DROP TABLE service_categories;
DROP VIEW bills;

CREATE TABLE bill_kinds (
	id INTEGER PRIMARY KEY,
	billing_account_id TEXT NOT NULL,
	billing_account_name TEXT NOT NULL,
	sub_account_id TEXT NOT NULL,
	sub_account_name TEXT NOT NULL,
	charge_category TEXT NOT NULL,
	charge_class TEXT NOT NULL,
	service_code TEXT NOT NULL,
	service_name TEXT NOT NULL,
	region_id TEXT NOT NULL,
	region_name TEXT NOT NULL,
	billing_mode TEXT NOT NULL,
	pricing_unit TEXT NOT NULL,
	currency TEXT NOT NULL,
	cost_unit TEXT NOT NULL,
	invoice_issuer TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX bill_kinds_by_all ON bill_kinds (
	service_code, region_id, region_name, sub_account_id, cost_unit, billing_mode, charge_category, pricing_unit, currency,
	service_name, charge_class, sub_account_name, billing_account_id, billing_account_name, invoice_issuer
);

CREATE TABLE native_shapes (
	id INTEGER PRIMARY KEY,
	names TEXT NOT NULL UNIQUE -- a JSON array of texts, in the order of their bytes
) STRICT;

-- The names of a shape, one by one.
CREATE TABLE native_fields (
	shape INTEGER NOT NULL,
	position INTEGER NOT NULL, -- counted from 0
	name TEXT NOT NULL,
	PRIMARY KEY (shape, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX native_fields_by_name ON native_fields (shape, name);

ALTER TABLE bill_lines RENAME TO wide_lines;

CREATE TABLE bill_lines (
	load_id INTEGER NOT NULL, -- of bill_days, which has the account and the day of a committed load
	line INTEGER NOT NULL, -- the line's position in the cloud's answer for its day
	kind INTEGER NOT NULL, -- of bill_kinds
	shape INTEGER NOT NULL, -- of native_shapes
{{range amounts}}	{{.}}_whole INTEGER NOT NULL,
	{{.}}_pico INTEGER NOT NULL,
{{end}}	charge_period_start TEXT NOT NULL,
	charge_period_end TEXT NOT NULL,
	sku_id TEXT NOT NULL,
	sku_meter TEXT NOT NULL,
	resource_id TEXT NOT NULL,
	resource_name TEXT NOT NULL,
	availability_zone TEXT NOT NULL,
	pricing_quantity TEXT,
	list_unit_price TEXT,
	tags TEXT NOT NULL, -- a JSON object of texts
	native TEXT NOT NULL -- a JSON array of texts: the values of the shape's names, in their order
) STRICT;

INSERT INTO bill_kinds (
	billing_account_id, billing_account_name, sub_account_id, sub_account_name, charge_category, charge_class,
	service_code, service_name, region_id, region_name, billing_mode, pricing_unit, currency, cost_unit, invoice_issuer
)
SELECT DISTINCT
	billing_account_id, billing_account_name, sub_account_id, sub_account_name, charge_category, charge_class,
	service_code, service_name, region_id, region_name, billing_mode, pricing_unit, currency, cost_unit, invoice_issuer
FROM wide_lines;

CREATE TEMP TABLE taken_apart AS
SELECT w.rowid AS number,
	json_group_array(f.key) FILTER (WHERE f.key IS NOT NULL) AS names,
	json_group_array(f.value) FILTER (WHERE f.key IS NOT NULL) AS native
FROM wide_lines AS w LEFT JOIN json_each(w.native) AS f
GROUP BY w.rowid;

INSERT INTO native_shapes (names) SELECT DISTINCT names FROM taken_apart;
INSERT INTO native_fields SELECT s.id, n.key, n.value FROM native_shapes AS s CROSS JOIN json_each(s.names) AS n;

INSERT INTO bill_lines
SELECT
	w.load_id, w.line, k.id, s.id,
{{range amounts}}	w.{{.}}_whole, w.{{.}}_pico,
{{end}}	w.charge_period_start, w.charge_period_end, w.sku_id, w.sku_meter, w.resource_id, w.resource_name, w.availability_zone,
	w.pricing_quantity, w.list_unit_price, w.tags, t.native
FROM taken_apart AS t
CROSS JOIN wide_lines AS w ON w.rowid = t.number
CROSS JOIN native_shapes AS s ON s.names = t.names
CROSS JOIN bill_kinds AS k USING (
	service_code, region_id, region_name, sub_account_id, cost_unit, billing_mode, charge_category, pricing_unit, currency,
	service_name, charge_class, sub_account_name, billing_account_id, billing_account_name, invoice_issuer
);

DROP TABLE taken_apart;
DROP TABLE wide_lines;
CREATE INDEX bill_lines_by_load ON bill_lines (load_id);

CREATE VIEW bills AS
SELECT
	c.account, c.provider, c.dataset, c.month, c.day, l.line, l.load_id,
	k.billing_account_id, k.billing_account_name, k.sub_account_id, k.sub_account_name,
	l.charge_period_start, l.charge_period_end, k.charge_category, k.charge_class,
	k.service_code, k.service_name, l.sku_id, l.sku_meter, l.resource_id, l.resource_name,
	k.region_id, k.region_name, l.availability_zone, k.billing_mode, l.pricing_quantity, k.pricing_unit, l.list_unit_price,
{{range amounts}}	{{text "l" .}} AS {{.}},
{{end}}	k.currency, k.cost_unit, k.invoice_issuer, l.tags,
	(SELECT json_group_object(f.name, v.value)
		FROM json_each(l.native) AS v CROSS JOIN native_fields AS f ON f.shape = l.shape AND f.position = v.key) AS native
FROM current_loads AS c
CROSS JOIN bill_lines AS l ON l.load_id = c.load_id
CROSS JOIN bill_kinds AS k ON k.id = l.kind;
{{step "0002_focus.sql"}}
