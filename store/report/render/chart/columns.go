package chart

import (
	"math"
	"strconv"
	"strings"
)

// A Number is a value that may be unknown.
type Number struct {
	Value float64
	Known bool
}

// Columns are the marks of a column chart. What is across the page is in percents of its width, what is down the page is
// in pixels from the top.
type Columns struct {
	Bars  []Bar // one for each number; of an unknown one it is as high as the chart
	Ticks []Tick
	Zero  float64 // where the axis is
}

// A Bar is a column.
type Bar struct {
	Span
	Y, Height float64
	Known     bool
}

// Middle is the middle of a column across the page.
func (b Bar) Middle() float64 { return hundredths(b.X + b.Width/2) }

// A Tick is a value on the scale.
type Tick struct{ Y, Value float64 }

const (
	columnPart = 0.72 // of the room of a column
	leastBar   = 1    // pixels: a small amount is not invisible
	mostTicks  = 4
	leastRooms = 13 // few columns are no wider than those of a year's months, and stand at the right: at the present
)

// NewColumns places the columns of numbers in a chart of a height. The scale starts at zero, or at the least number when
// that is negative.
func NewColumns(numbers []Number, height float64) Columns {
	low, high := 0.0, 0.0
	for _, n := range numbers {
		if n.Known {
			low, high = min(low, n.Value), max(high, n.Value)
		}
	}
	step := niceStep((high - low) / mostTicks)
	if step == 0 {
		step, high = 1, 1
	}
	low, high = math.Floor(low/step)*step, math.Ceil(high/step)*step
	y := func(v float64) float64 { return hundredths(height * (high - v) / (high - low)) }

	c := Columns{Zero: y(0)}
	for i := math.Round(low / step); i <= math.Round(high/step); i++ {
		c.Ticks = append(c.Ticks, Tick{y(i * step), i * step})
	}
	rooms := max(len(numbers), leastRooms)
	room := whole / float64(rooms)
	for i, n := range numbers {
		before := float64(rooms-len(numbers)+i) + (1-columnPart)/2
		b := Bar{Span: Span{hundredths(room * before), hundredths(room * columnPart)}, Height: height}
		if n.Known {
			b.Known, b.Y = true, y(max(n.Value, 0))
			b.Height = hundredths(y(min(n.Value, 0)) - b.Y)
			if n.Value != 0 && b.Height < leastBar {
				b.Y, b.Height = min(b.Y, c.Zero-leastBar), leastBar
			}
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}

// niceStep returns the smallest of 1, 2, 2.5 and 5 times a power of ten that is at least v.
func niceStep(v float64) float64 {
	if v <= 0 {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= v*(1-1e-9) { // a quotient that should be 2 may be a hair more
			return m * power
		}
	}
	return 10 * power
}

// A Scale says by which units people of a language shorten numbers.
type Scale []Unit

// A Unit is a power of ten with a name.
type Unit struct {
	Size float64
	Name string
}

// Thousands and TenThousands are the scales of English and Chinese.
func Thousands() Scale    { return Scale{{1e9, "B"}, {1e6, "M"}, {1e3, "k"}} }
func TenThousands() Scale { return Scale{{1e8, "亿"}, {1e4, "万"}} }

// Short writes the value of a tick in few letters, after the symbol of its currency: 12500 is ¥12.5k or ¥1.25万.
func (s Scale) Short(v float64, symbol string) string {
	name := ""
	if v < 0 {
		v, symbol = -v, "-"+symbol
	}
	for _, u := range s {
		if v >= u.Size {
			v, name = v/u.Size, u.Name
			break
		}
	}
	const digits = 3 // as many as niceStep makes
	text := strconv.FormatFloat(v, 'f', digits, 64)
	if v != 0 && v < 0.1 {
		text = strconv.FormatFloat(v, 'g', digits, 64)
	}
	if strings.Contains(text, ".") && !strings.Contains(text, "e") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return symbol + text + name
}
