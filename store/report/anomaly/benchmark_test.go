package anomaly

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"goscan/store/report/series"
)

var update = flag.Bool("update", false, "record what the benchmark measures in testdata")

const (
	benchDays   = 240
	benchSeries = 120
	warmUp      = 42 // days that are not scored
	afterDays   = 14
	recorded    = "testdata/benchmark.txt"
)

// A score counts what a rule said of a family.

type score struct {
	rises, risesFound  int
	drops, dropsFound  int
	quiet, after       int // days
	quietUp, quietDown int // false alerts by day
	afterUp, afterDown int
	creeps             int
}

func (s *score) add(signs []int, events []planted) {
	for _, e := range events {
		found := 0
		for i := e.from; i < e.from+e.days; i++ {
			if e.rise() && signs[i] > 0 || !e.rise() && signs[i] < 0 {
				found = 1
			}
		}
		if e.rise() {
			s.rises, s.risesFound = s.rises+1, s.risesFound+found
		} else {
			s.drops, s.dropsFound = s.drops+1, s.dropsFound+found
		}
	}
	for i := warmUp; i < len(signs); i++ {
		up, down := max(signs[i], 0), max(-signs[i], 0)
		switch place(i, events) {
		case "quiet":
			s.quiet, s.quietUp, s.quietDown = s.quiet+1, s.quietUp+up, s.quietDown+down
		case "after":
			s.after, s.afterUp, s.afterDown = s.after+1, s.afterUp+up, s.afterDown+down
		}
	}
}

func place(day int, events []planted) string {
	for _, e := range events {
		if e.has(day) {
			return "event"
		}
		if day >= e.from+e.days && day < e.from+e.days+afterDays {
			return "after"
		}
	}
	return "quiet"
}

func per100(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

func (s score) row() [7]float64 {
	return [7]float64{
		per100(s.risesFound, s.rises), per100(s.dropsFound, s.drops),
		per100(s.quietUp, s.quiet), per100(s.quietDown, s.quiet),
		per100(s.afterUp, s.after), per100(s.afterDown, s.after),
		100 * per100(s.creeps, s.quiet+s.after),
	}
}

// ours scores what Detect says of a series.
func ours(s series.Series, p Parameters) (signs []int, creeps int) {
	signs = make([]int, len(s.Values))
	scope := Scope{Account: "a", Provider: "volcengine", Service: "ecs", Currency: "CNY"}
	for _, a := range Detect([]Scoped{{scope, s}}, s.From, s.To(), p, nil, weekends) {
		if a.Kind == Creep {
			creeps++
			continue
		}
		for _, u := range a.Days {
			signs[u.Day-s.From] = -1
			if a.Kind.up() {
				signs[u.Day-s.From] = 1
			}
		}
	}
	return signs, creeps
}

// benchmark scores rules on every family: ours as it chooses, ours fixed to its first rule, and what other tools do.
func benchmark() []line {
	var lines []line
	for f, shape := range families() {
		random := rand.New(rand.NewPCG(101, uint64(f)))
		scores := make([]score, 2+len(baselines()))
		for range benchSeries {
			s, events := generate(shape, benchDays, random)
			for i, name := range []string{"", Rules()[0]} {
				signs, creeps := ours(s, Parameters{Rule: name})
				scores[i].add(signs, events)
				scores[i].creeps += creeps
			}
			cost, known := make([]float64, benchDays), make([]bool, benchDays)
			for i, v := range s.Values {
				cost[i], _ = v.Cost.Float64()
				known[i] = true
			}
			for i, b := range baselines() {
				signs, _ := b.signs(cost, known, 100)
				scores[2+i].add(signs, events)
			}
		}
		for i, name := range benchmarked() {
			lines = append(lines, line{shape.name, name, scores[i].row()})
		}
	}
	return lines
}

func benchmarked() []string {
	names := []string{Chosen, Rules()[0]}
	for _, b := range baselines() {
		names = append(names, b.name)
	}
	return names
}

// A line is what was measured of a rule on a family.
type line struct {
	family, rule string
	row          [7]float64
}

// worse tells by how much a reading may be worse than what was recorded: recall in points, false alerts in 100 days.
// Another toolchain may round a logarithm differently and move single days.
func (l line) worse(than line) []string {
	names := []string{"rises found %", "drops found %", "quiet up", "quiet down", "after up", "after down", "creeps in 10000 days"}
	allowed := []float64{0.7, 1.5, 0.05, 0.05, 0.1, 0.1, 3}
	var found []string
	for i, name := range names {
		by := l.row[i] - than.row[i]
		if i < 2 {
			by = -by
		}
		if by > allowed[i] {
			found = append(found, fmt.Sprintf("%s: %.2f, recorded %.2f", name, l.row[i], than.row[i]))
		}
	}
	return found
}

const tableHead = `# What the rules find in generated series, and what they say of days on which nothing is: see generate_test.go.
# Recall is of events, in percent; false alerts are unusual days in 100 quiet days and in 100 of the 14 days after an event.
# family       rule                   rises   drops  quiet+  quiet-  after+  after-  creeps/10000
`

func table(lines []line) string {
	var out strings.Builder
	out.WriteString(tableHead)
	for _, l := range lines {
		fmt.Fprintf(&out, "%-14s %-20s", l.family, strings.ReplaceAll(l.rule, " ", "_"))
		for _, x := range l.row {
			fmt.Fprintf(&out, " %7.2f", x)
		}
		out.WriteString("\n")
	}
	return out.String()
}

func readTable(t *testing.T) map[string]line {
	t.Helper()
	text, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]line{}
	for row := range strings.Lines(string(text)) {
		if strings.HasPrefix(row, "#") {
			continue
		}
		var l line
		r := &l.row
		if _, err := fmt.Sscan(row, &l.family, &l.rule, &r[0], &r[1], &r[2], &r[3], &r[4], &r[5], &r[6]); err != nil {
			t.Fatalf("%s: %q: %v", recorded, row, err)
		}
		lines[l.family] = firstOf(lines[l.family], l)
	}
	return lines
}

// firstOf keeps the first line of a family: the rule that is ours.
func firstOf(have, l line) line {
	if have.family != "" {
		return have
	}
	return l
}

func TestTheRuleIsAsGoodAsRecordedAndNoBaselineIsBetter(t *testing.T) {
	lines := benchmark()
	t.Log("\n" + table(lines))
	if *update {
		if err := os.WriteFile(recorded, []byte(table(lines)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before := readTable(t)
	var our line
	for _, l := range lines {
		switch l.rule {
		case Chosen:
			our = l
			for _, worse := range l.worse(before[l.family]) {
				t.Errorf("%s: %s", l.family, worse)
			}
		case Rules()[0]:
		default:
			if l.row[0] > our.row[0] && l.row[2] < our.row[2] {
				t.Errorf("%s: %s finds %.2f %% of the rises with %.2f false alerts in 100 days, ours %.2f %% with %.2f",
					l.family, l.rule, l.row[0], l.row[2], our.row[0], our.row[2])
			}
		}
	}
}

func BenchmarkDetect(b *testing.B) {
	random := rand.New(rand.NewPCG(7, 7))
	var all []Scoped
	for i := range 100 {
		s, _ := generate(families()[i%len(families())], 400, random)
		all = append(all, Scoped{Scope{Account: "a", Service: fmt.Sprint(i), Currency: "CNY"}, s})
	}
	for b.Loop() {
		Detect(all, firstDay, firstDay+400, Parameters{}, nil, weekends)
	}
}
