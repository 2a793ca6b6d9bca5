package clickhouse

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// excess returns what the user may do that goscan has no use for, in the words of GRANT: nil also when the server does not
// tell. Rights on the tables of its own database are no excess, except those that lose the bills: whoever stores them may as
// well be who made the tables.
func (s *server) excess(ctx context.Context) []string {
	var all []string
	err := s.query(ctx, "asking for grants", "SHOW GRANTS FINAL", func(rows driver.Rows) error {
		var grant string
		err := rows.Scan(&grant)
		all = append(all, s.cfg.beyond(grant)...)
		return err
	})
	if err != nil {
		return nil // FINAL, which adds what comes from roles, is a word of newer servers
	}
	return all
}

// beyond returns what a line of SHOW GRANTS has of what goscan has no use for.
func (c Config) beyond(grant string) []string {
	line := regexp.MustCompile("^GRANT (.+) ON ((?:`[^`]*`|[^ `])+) TO .+?( WITH GRANT OPTION)?$").FindStringSubmatch(grant)
	if line == nil {
		return nil // a REVOKE, or the grant of a role, whose rights have lines of their own
	}
	privileges, object := splitPrivileges(line[1]), line[2]
	database, _, inDatabase := strings.Cut(strings.ReplaceAll(object, "`", ""), ".")
	var useless func(privilege string) bool
	switch {
	case strings.HasSuffix(object, "._tmp_replace_*"), strings.EqualFold(database, "INFORMATION_SCHEMA"), database == "system":
		return nil
	case inDatabase && database == c.Database:
		useless = losesBills
	case inDatabase && database != "*":
		useless = func(string) bool { return true }
	default:
		useless = ofServer
	}
	privileges = slices.DeleteFunc(privileges, func(p string) bool { return !useless(p) })
	var all []string
	if len(privileges) > 0 {
		all = append(all, fewOf(privileges)+" ON "+object)
	}
	if line[3] != "" {
		all = append(all, "GRANT OPTION ON "+object)
	}
	return all
}

// losesBills tells of the privileges on the store's own tables that nobody needs to store or to migrate.
func losesBills(privilege string) bool {
	return slices.Contains([]string{"ALL", "DROP", "DROP DATABASE", "DROP TABLE", "TRUNCATE"}, privilege)
}

// ofServer tells of the privileges on everything, or on no table, that goscan does not ask for on a cluster or to create
// tables.
func ofServer(privilege string) bool {
	first, _, _ := strings.Cut(privilege, " ")
	return !slices.Contains([]string{"REMOTE", "CLUSTER", "CREATE TEMPORARY TABLE", "CHECK", engine}, privilege) && first != "SHOW"
}

// shownPrivileges is how many privileges of a grant are named: the user that servers come with has forty.
const shownPrivileges = 3

func fewOf(privileges []string) string {
	if len(privileges) <= shownPrivileges+1 {
		return strings.Join(privileges, ", ")
	}
	return strings.Join(privileges[:shownPrivileges], ", ") + " and more"
}

// splitPrivileges splits a list of privileges, some of which have a list of columns: SELECT(a, b), INSERT.
func splitPrivileges(list string) []string {
	return regexp.MustCompile(`[^,(\s][^,(]*(\([^)]*\))?`).FindAllString(list, -1)
}
