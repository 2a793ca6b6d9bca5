package clickhouse

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"goscan/providers"
)

// A tenth of a month's lines may be deleted and still be there. Less would have the server write large months anew for
// little; more, with the days that are superseded since the last run, would be a fifth of a table of 90 days.
const deadPart = 10

// shrink has the server write those months of bill_lines anew of which much is deleted: a lightweight DELETE only marks
// lines, and the merge that leaves them out may come never to a part that is large. Only the parts that have marked lines
// are written. On a cluster the server that is asked decides for all.
func (s *Store) shrink(ctx context.Context, doomed map[providers.Day]int) error {
	table := s.cfg.Cluster.local("bill_lines")
	var dead []providers.Day
	statement := fmt.Sprintf("SELECT toUInt16(month), countIf(_row_exists = 0), count() FROM %s GROUP BY month ORDER BY month SETTINGS apply_deleted_mask = 0",
		qualified(s.cfg.Database, table))
	err := s.query(ctx, "looking for deleted lines", statement, func(rows driver.Rows) error {
		var month uint16
		var deleted, stored uint64
		err := rows.Scan(&month, &deleted, &stored)
		if m := providers.Day(month); deadPart*(deleted+uint64(doomed[m])) >= stored && deleted+uint64(doomed[m]) > 0 {
			dead = append(dead, m)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, month := range dead {
		if err := s.exec(ctx, "leaving out deleted lines", s.cfg.leaveOutDeleted("bill_lines", month.String())); err != nil {
			return err
		}
	}
	return nil
}

// leaveOutDeleted returns the statement that writes a month of a table anew, on every server, without waiting for it.
func (c Config) leaveOutDeleted(table, month string) string {
	return fmt.Sprintf("ALTER TABLE %s APPLY DELETED MASK IN PARTITION %s SETTINGS mutations_sync = 0",
		c.layout().object(c.Cluster.local(table)), literal(month))
}
