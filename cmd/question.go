package cmd

import (
	"bufio"
	"context"
	"io"
	"strings"

	"goscan/providers"
)

// readLine returns the next line of an answer without the spaces around it; the end of the input ends it too. It gives up
// with ctx: the read itself cannot be ended, and is left to the end of the process.
func readLine(ctx context.Context, in io.Reader) (string, error) {
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		var a answer
		defer func() { answers <- a }()
		defer providers.Recover(&a.err)
		a.text, a.err = bufio.NewReader(in).ReadString('\n')
		a.text = strings.TrimSpace(a.text)
		if a.err == io.EOF {
			a.err = nil
		}
	}()
	select {
	case a := <-answers:
		return a.text, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
