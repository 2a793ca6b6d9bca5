package render

import (
	"goscan/providers"
	"goscan/store/report"
)

// A paint is how a text looks on a terminal: the parameters of an SGR escape sequence.
type paint string

const (
	bare   paint = ""
	bold   paint = "1"
	dim    paint = "2"
	red    paint = "31"
	green  paint = "32"
	yellow paint = "33"
	accent paint = "36"
)

// A style paints, or does not.
type style struct{ color bool }

func (s style) paint(p paint, text string) string {
	if !s.color || p == bare || text == "" {
		return text
	}
	return "\x1b[" + string(p) + "m" + text + "\x1b[0m"
}

// direction is red for a rise of cost and green for a fall.
func direction(d *report.Delta) paint {
	if d == nil {
		return dim
	}
	return directionOf(d.Change)
}

func directionOf(change providers.Money) paint {
	switch change.Sign() {
	case 1:
		return red
	case -1:
		return green
	}
	return bare
}

func statePaint(s report.State) paint {
	switch s {
	case report.Missing:
		return red
	case report.Provisional:
		return yellow
	}
	return bare
}
