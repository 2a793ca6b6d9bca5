package cmd_test

import (
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"goscan/notify/simulator"
)

// robots are the simulated chat servers of a script, by kind. A script's environment has their addresses: WECOM, FEISHU,
// DINGTALK, SLACK and WEBHOOK.
type robots map[string]*simulator.Server

type robotsKey struct{}

func setupRobots(env *testscript.Env) error {
	all := robots{}
	for _, kind := range []string{"wecom", "feishu", "dingtalk", "slack", "webhook"} {
		s, err := simulator.Start(simulator.Options{Kind: kind})
		if err != nil {
			return err
		}
		env.Defer(s.Close)
		all[kind] = s
		env.Setenv(strings.ToUpper(kind), s.URL())
	}
	env.Values[robotsKey{}] = all
	return nil
}

func robotOf(ts *testscript.TestScript, kind string) *simulator.Server {
	s := ts.Value(robotsKey{}).(robots)[kind]
	if s == nil {
		ts.Fatalf("%q is no robot", kind)
	}
	return s
}

// messages ROBOT N FILE asserts how many messages arrived since the start and writes what people read to a file, one
// message after the other.
func messages(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: messages ROBOT N FILE")
	}
	all := robotOf(ts, args[0]).Messages()
	var text strings.Builder
	for _, m := range all {
		text.WriteString(m.Type + ": " + m.Title + "\n" + m.Content + "\n" + strings.Join(m.Mention, " ") + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text.String()), 0o600))
	if strconv.Itoa(len(all)) != args[1] {
		ts.Fatalf("%d messages arrived at %s, want %s:\n%s", len(all), args[0], args[1], text.String())
	}
}

// refuse ROBOT CODE TIMES makes a robot refuse the next messages: with a code of its own, with the status of HTTP for codes
// from 400 to 599, or, for "reset", with a connection that breaks after the message was read.
func refuse(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: refuse ROBOT CODE TIMES")
	}
	times, err := strconv.Atoi(args[2])
	ts.Check(err)
	f := simulator.Fault{Reset: true}
	if args[1] != "reset" {
		code, err := strconv.Atoi(args[1])
		ts.Check(err)
		f = simulator.Fault{Code: code, Text: "refused by the test"}
		if code >= 400 && code < 600 {
			f = simulator.Fault{Status: code}
		}
	}
	for range times {
		robotOf(ts, args[0]).Next(f)
	}
}
