package clickhouse

import (
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"text/template"
)

// Migrations are files NNNN_name.sql. Each statement follows a line statementMark; text before the first is a comment.
// A statement may run any number of times. A file that was released is never edited: its checksum is in every ledger.
// What differs between one server and a cluster is left to functions: see layout. A statement that they leave nothing of
// is none.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

const (
	statementMark = "-- goscan:statement\n"
	ledgerTable   = "goscan_migrations"
)

// A step is a migration as this binary knows it.
type step struct {
	version  int
	name     string
	checksum string // of the file, not of what it becomes for one database
	text     string
}

// steps returns the embedded migrations in order.
func steps() ([]step, error) {
	files, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	all := make([]step, 0, len(files))
	for i, file := range files {
		text, err := migrationFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		number, name, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(file, "migrations/"), ".sql"), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s: want number %d", file, i+1)
		}
		all = append(all, step{version, name, fmt.Sprintf("%x", sha256.Sum256(text)), string(text)})
	}
	return all, nil
}

// statements returns what the step runs in a database.
func (s step) statements(l layout) ([]string, error) {
	tmpl, err := template.New(s.name).Funcs(l.funcs()).Parse(s.text)
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	if err := tmpl.Execute(&text, nil); err != nil {
		return nil, err
	}
	var statements []string
	for _, part := range strings.Split(text.String(), statementMark)[1:] {
		if part = strings.TrimSpace(part); part != "" {
			statements = append(statements, part)
		}
	}
	return statements, nil
}

// SchemaSQL returns the statements that Migrate runs on empty servers, for those who run them by other means or want to
// read them. The ledger of migrations is not part of it: Migrate, run afterwards, creates and fills it.
func SchemaSQL(database string, cluster Cluster) (string, error) {
	all, err := steps()
	if err != nil {
		return "", err
	}
	l := layout{database: database, cluster: cluster}
	texts := []string{l.createDatabase()}
	for _, s := range all {
		statements, err := s.statements(l)
		if err != nil {
			return "", err
		}
		texts = append(texts, statements...)
	}
	return strings.Join(texts, ";\n\n") + ";\n", nil
}

// qualified returns database.object, quoted.
func qualified(database, object string) string {
	return identifier(database) + "." + identifier(object)
}

// identifier quotes a name.
func identifier(name string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(name) + "`"
}

// literal quotes a text. All other bytes stand for themselves in a string of ClickHouse's SQL.
func literal(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\x00", `\0`).Replace(text) + "'"
}
