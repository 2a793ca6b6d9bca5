package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"goscan/providers"
	"goscan/providers/simulator"
)

// A cloud serves the daily pages of one month of one account on loopback, at the cost of copying them, and leaves every other
// question to a simulated cloud that has the same sums. It checks no signatures: the floor program sends none.
type cloud struct {
	kind      string
	month     providers.Month
	lines     int // of the month
	templates []template
	latency   time.Duration

	mu      sync.Mutex
	allowed int         // requests in any second; 0: no limit
	taken   []time.Time // within the last second
	served  served
}

// served is what a cloud tells of itself at statsPath.
type served struct {
	Pages, Refused int
	First, Last    time.Time // of the requests for pages
}

const statsPath = "/bench"

// serveCloud is the child that is a cloud: it says its address on standard output and ends with its standard input.
func serveCloud(kind string, lines, allowed int, latency time.Duration) error {
	behind, err := simulator.Start(kind, simulator.Options{Seed: 1, Empty: true})
	if err != nil {
		return err
	}
	defer behind.Close()
	c := &cloud{kind: kind, month: benchMonth(), lines: lines, allowed: allowed, latency: latency}
	if c.templates, err = newTemplates(behind, c.month); err != nil {
		return err
	}
	if err := c.announceSums(behind); err != nil {
		return err
	}
	target, err := url.Parse(behind.URL())
	if err != nil {
		return err
	}
	others := httputil.NewSingleHostReverseProxy(target)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.serve(w, r, others) })) // until the process ends
	fmt.Println("http://" + l.Addr().String())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// benchMonth is the last month that both clouds have closed for sure.
func benchMonth() providers.Month { return providers.MonthOf(time.Now()) - 2 }

// linesOf returns how many lines a day has: days are as equal as they can be.
func linesOf(lines int, m providers.Month, d providers.Day) int {
	days, nth := int(m.Last()-m.First())+1, int(d-m.First())
	return (nth+1)*lines/days - nth*lines/days
}

func (c *cloud) template(offset int) *template { return &c.templates[offset/pageSize%len(c.templates)] }

// announceSums gives the cloud behind the sums of all pages, so that its overview agrees with them.
func (c *cloud) announceSums(behind *simulator.Cloud) error {
	counts := make([][pageSize]int, len(c.templates))
	for d := c.month.First(); d <= c.month.Last(); d++ {
		for line := range linesOf(c.lines, c.month, d) {
			counts[line/pageSize%len(c.templates)][line%pageSize]++
		}
	}
	var sums []simulator.Row
	for i, t := range c.templates {
		for row, fields := range t.rows {
			if n := counts[i][row]; n > 0 {
				sums = append(sums, times(fields, n))
			}
		}
	}
	return behind.SetUndated(c.month, sums)
}

func (c *cloud) serve(w http.ResponseWriter, r *http.Request, others http.Handler) {
	if r.URL.Path == statsPath {
		c.mu.Lock()
		defer c.mu.Unlock()
		_ = json.NewEncoder(w).Encode(c.served) // an error means that the client left
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client left
	}
	q, isPage := c.read(r, body)
	if !isPage {
		r.Body = io.NopCloser(bytes.NewReader(body))
		others.ServeHTTP(w, r)
		return
	}
	if !c.admit(time.Now()) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, map[string]string{
			simulator.Volcengine: `{"ResponseMetadata":{"RequestId":"R","Error":{"CodeN":100027,"Code":"AccountFlowLimitExceeded","Message":"too fast"}}}`,
			simulator.Alicloud:   `{"Code":"Throttling.User","Message":"too fast","RequestId":"R"}`,
		}[c.kind])
		return
	}
	time.Sleep(c.latency)
	page := c.page(q)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(page)))
	_, _ = w.Write(page)
}

// admit counts a request, and tells whether the rate allows it: the clouds do not queue, and do not count what they refuse.
func (c *cloud) admit(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.served.First.IsZero() {
		c.served.First = now
	}
	c.served.Last = now
	if c.allowed > 0 {
		c.taken = slices.DeleteFunc(c.taken, func(at time.Time) bool { return now.Sub(at) >= time.Second })
		if len(c.taken) >= c.allowed {
			c.served.Refused++
			return false
		}
		c.taken = append(c.taken, now)
	}
	c.served.Pages++
	return true
}

// A question is for one page of a day.
type question struct {
	day     providers.Day
	offset  int
	counted bool // Volcengine: the total is asked for
}

// read tells whether a request asks for a page of a day, and for which.
func (c *cloud) read(r *http.Request, body []byte) (q question, isPage bool) {
	parameters := r.URL.Query()
	var err error
	switch parameters.Get("Action") + r.Header.Get("x-acs-action") {
	case "ListBillDetail":
		var asked struct {
			ExpenseDate           string
			Offset, NeedRecordNum int
		}
		if json.Unmarshal(body, &asked) != nil {
			return q, false
		}
		q.offset, q.counted = asked.Offset, asked.NeedRecordNum == 1
		q.day, err = providers.ParseDay(asked.ExpenseDate)
	case "DescribeInstanceBill":
		q.day, err = providers.ParseDay(parameters.Get("BillingDate"))
		if token := parameters.Get("NextToken"); token != "" && err == nil {
			q.offset, err = strconv.Atoi(token)
		}
	default:
		return q, false
	}
	return q, err == nil && q.day.Month() == c.month
}

// page returns the answer to a question, in the cloud's own envelope.
func (c *cloud) page(q question) []byte {
	total := linesOf(c.lines, c.month, q.day)
	rows := max(0, min(pageSize, total-q.offset))
	b := make([]byte, 0, len(c.template(q.offset).text)+1024)
	if c.kind == simulator.Volcengine {
		b = append(b, `{"ResponseMetadata":{"RequestId":"20260101000000","Action":"ListBillDetail"},"Result":{"List":[`...)
	} else {
		b = append(b, `{"Code":"Success","Data":{"AccountID":"1857660012345678","AccountName":"galaxy@example.com","Items":[`...)
	}
	if rows > 0 {
		b = c.template(q.offset).appendPage(b, q.day, q.offset, rows)
	}
	if c.kind == simulator.Volcengine {
		announced := -1
		if q.counted {
			announced = total
		}
		return fmt.Appendf(b, `],"Limit":%d,"Offset":%d,"Total":%d}}`, pageSize, q.offset, announced)
	}
	next := ""
	if q.offset+rows < total {
		next = strconv.Itoa(q.offset + rows)
	}
	return fmt.Appendf(b, `],"BillingCycle":%q,"MaxResults":%d,"NextToken":%q,"TotalCount":%d},"RequestId":"R","Success":true}`,
		c.month, pageSize, next, total)
}
