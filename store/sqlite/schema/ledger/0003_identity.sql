-- What file(1) and goscan know the file by: "gscL".

PRAGMA application_id = 0x6773634C;
{{if has "bill_months" "checked_at"}}
-- A ledger of the first goscans: of months nothing was recorded yet, and the view focus was another.
DROP TABLE bill_months;

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

DROP VIEW focus;
DROP TABLE service_categories;
{{step "0002_focus.sql"}}
{{- end}}
