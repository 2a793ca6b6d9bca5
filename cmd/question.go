package cmd

import (
	"bufio"
	"context"
	"io"
	"strings"
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
		text, err := bufio.NewReader(in).ReadString('\n')
		if err == io.EOF {
			err = nil
		}
		answers <- answer{strings.TrimSpace(text), err}
	}()
	select {
	case a := <-answers:
		return a.text, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
