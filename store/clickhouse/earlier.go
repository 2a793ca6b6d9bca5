package clickhouse

import (
	"context"
	"fmt"
)

// An earlierForm is a migration as it was before it got its final text: goscans that were never released applied it on
// single servers. Migrate runs it again as it is now, after the statements that its text does not make up for.
type earlierForm struct {
	version  int
	checksum string
	before   []string // templates, like migrations; each may run any number of times
}

// earlierForms returns all of them. testdata/upgrade at the top of the repository has databases of the first two.
func earlierForms() []earlierForm {
	// Blocks of one load with the same sums must both be kept.
	const keepAll = `ALTER TABLE {{object (local "bill_daily")}} MODIFY SETTING replicated_deduplication_window = 0`
	return []earlierForm{
		{1, "0063f780d867802a6f42b8dedae498a628d442fa4c6d0fa806d8d8375588c9fc", []string{
			`DROP TABLE IF EXISTS {{object "bill_months"}} SYNC`, // had other columns, and nothing recorded anything in it yet
			keepAll,
		}},
		{1, "8917f4ff4a388c2ed2a2818921c712fd8a7717b6dad71c7b950ea2090912f866", []string{keepAll}},
		{2, "23dc61e384a8334a48c224e3ffb3686e167c87a7abc558d05e316c63f674eeb4", nil},
	}
}

// earlier returns the earlier form of a migration that has a checksum, on a single server.
func (c Config) earlier(version int, checksum string) *earlierForm {
	for _, form := range earlierForms() {
		if c.Cluster.Name == "" && form.version == version && form.checksum == checksum {
			return &form
		}
	}
	return nil
}

// statements returns what makes the earlier form ready for the migration as it is now.
func (f *earlierForm) statements(l layout) (statements []string, err error) {
	if f == nil {
		return nil, nil
	}
	for _, text := range f.before {
		some, err := step{version: f.version, name: "earlier", text: statementMark + text}.statements(l)
		if err != nil {
			return nil, err
		}
		statements = append(statements, some...)
	}
	return statements, nil
}

// knowsClusters tells whether the ledger of migrations, if there is one, says where they were applied. Those of earlier
// goscans do not: it was on a single server.
func (s *server) knowsClusters(ctx context.Context) (bool, error) {
	var lacking bool
	err := s.queryRow(ctx, "reading the ledger", fmt.Sprintf("SELECT count() > 0 AND countIf(name = 'cluster') = 0 FROM system.columns WHERE database = %s AND table = %s",
		literal(s.cfg.Database), literal(ledgerTable)), &lacking)
	return !lacking, err
}

// completeLedger gives the ledger of an earlier goscan the column that it lacks.
func (s *server) completeLedger(ctx context.Context) error {
	complete, err := s.knowsClusters(ctx)
	if err != nil || complete {
		return err
	}
	return s.exec(ctx, "completing the ledger", fmt.Sprintf("ALTER TABLE %s ADD COLUMN IF NOT EXISTS cluster String COMMENT %s AFTER app_version",
		qualified(s.cfg.Database, ledgerTable), literal("that it was applied on; empty: on one server")))
}
