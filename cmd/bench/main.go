// Command bench measures goscan and prints one table: make bench. It needs a built ./goscan.
//
// Everything runs in processes of its own: the cloud, ClickHouse, and goscan itself or the floor program, whose processor
// time and memory are what the system says of the process that has ended. So no figure is that of a part that a library
// shows, and none has anything of the cloud or the server in it. The figures of one table are from one run, one after the
// other, on a machine that should do nothing else: ratios between them mean more than they do.
//
//	bench [quick|full]     the table; quick measures a tenth as much, full measures every size of everything
//	bench cloud ...        the children that it starts
//	bench floor ...
//	bench store ...
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("usage: bench [quick|full]")

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		args = []string{""}
	}
	switch name, args := args[0], args[1:]; name {
	case "", "quick", "full":
		return measureAll(ctx, name)
	case "cloud":
		return cloudChild(args)
	case "floor":
		return floorChild(ctx, args)
	case "store":
		return storeChild(ctx, args)
	default:
		return errUsage
	}
}

// cloudChild serves a month: KIND LINES ALLOWED LATENCY.
func cloudChild(args []string) error {
	if len(args) != 4 {
		return errUsage
	}
	lines, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	allowed, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	latency, err := time.ParseDuration(args[3])
	if err != nil {
		return err
	}
	return serveCloud(args[0], lines, allowed, latency)
}

// floorChild copies a month: KIND CLOUD LINES SERVER DATABASE.
func floorChild(ctx context.Context, args []string) error {
	if len(args) != 5 {
		return errUsage
	}
	lines, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	server, err := parseAddress(args[3])
	if err != nil {
		return err
	}
	return runFloor(ctx, args[0], args[1], lines, server, args[4])
}
