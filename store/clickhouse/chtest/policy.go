package chtest

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// StartWithPolicy returns a server whose users and roles are those that the SQL of a policy makes: statements CREATE ROLE,
// CREATE USER and GRANT, each ended by a semicolon and a line's end. No user has a password, and the user default may still do
// everything. policy is told the name of the server's Database. The server asks for more rights than most do: to read its
// system tables, and to use a table engine.
//
// The embedded server has nowhere to keep users that are made with SQL, so the same roles and grants are written into its
// users.xml; what the SQL itself is worth, EXPLAIN AST on the server tells.
func StartWithPolicy(t testing.TB, policy func(database string) string) *Server {
	t.Helper()
	s := &Server{Host: "127.0.0.1", library: library(t), program: launcher(t), folder: t.TempDir()}
	s.Database = s.NewDatabase(t)
	write(t, s.folder, "config.xml", "<clickhouse>"+strictSections+"</clickhouse>\n")
	write(t, s.folder, "users.xml", usersOf(t, policy(s.Database)))
	t.Cleanup(func() { s.Stop(t) })
	s.Restart(t)
	return s
}

const strictSections = `<users_config>users.xml</users_config>
<access_control_improvements>
<select_from_system_db_requires_grant>true</select_from_system_db_requires_grant>
<table_engines_require_grant>true</table_engines_require_grant>
<on_cluster_queries_require_cluster_grant>true</on_cluster_queries_require_cluster_grant>
</access_control_improvements>
`

// An identity is a user or a role of users.xml.
type identity struct {
	XMLName  xml.Name
	Password *string  `xml:"password"`
	Networks []string `xml:"networks>ip,omitempty"`
	Profile  string   `xml:"profile,omitempty"`
	Quota    string   `xml:"quota,omitempty"`
	Grants   []string `xml:"grants>query"`
}

// usersOf returns the users.xml that says what the statements of a policy say.
func usersOf(t testing.TB, policy string) string {
	t.Helper()
	made := regexp.MustCompile(`^CREATE (ROLE|USER) IF NOT EXISTS (\w+)`)
	granted := regexp.MustCompile(`(?s)^(GRANT .+)\s+TO (\w+)$`)
	sections := map[string][]identity{}
	for _, statement := range Statements(policy) {
		if m := made.FindStringSubmatch(statement); m != nil {
			who := identity{XMLName: xml.Name{Local: m[2]}}
			if m[1] == "USER" {
				who.Password, who.Networks, who.Profile, who.Quota = new(""), []string{"127.0.0.1"}, "default", "default"
			}
			sections[m[1]] = append(sections[m[1]], who)
			continue
		}
		m := granted.FindStringSubmatch(statement)
		if m == nil {
			t.Fatalf("a statement of another kind: %s", statement)
		}
		known := false
		for _, all := range sections {
			if i := slices.IndexFunc(all, func(who identity) bool { return who.XMLName.Local == m[2] }); i >= 0 {
				known = true
				all[i].Grants = append(all[i].Grants, regexp.MustCompile(`^GRANT ON CLUSTER \S+`).ReplaceAllString(m[1], "GRANT"))
			}
		}
		if !known {
			t.Fatalf("nobody is called %s: %s", m[2], statement)
		}
	}
	return fmt.Sprintf(`<clickhouse><profiles><default/></profiles><quotas><default/></quotas>
<users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
%s</users>
<roles>%s</roles></clickhouse>
`, inXML(t, sections["USER"]), inXML(t, sections["ROLE"]))
}

func inXML(t testing.TB, all []identity) string {
	t.Helper()
	text, err := xml.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

// Statements returns the statements of a text of SQL without its comments.
func Statements(sql string) (all []string) {
	sql = regexp.MustCompile(`(?m)^\s*--.*\n`).ReplaceAllString(sql, "")
	for _, statement := range strings.Split(sql, ";\n") {
		if statement = strings.TrimSpace(statement); statement != "" {
			all = append(all, statement)
		}
	}
	return all
}
