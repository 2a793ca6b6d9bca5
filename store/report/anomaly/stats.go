package anomaly

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// robust turns a median of absolute errors into what the standard deviation would be if they were normal.
const robust = 1.4826

// median reorders its argument. The median of nothing is not a number.
func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	mid := len(x) / 2
	selectAt(x, mid)
	if len(x)%2 == 1 {
		return x[mid]
	}
	return (slices.Max(x[:mid]) + x[mid]) / 2
}

// selectAt puts at n what would be there if x were sorted, with nothing greater before it and nothing smaller after it.
// Medians are most of the work of a replay, and this takes a third of the time of sorting.
func selectAt(x []float64, n int) {
	low, high := 0, len(x)-1
	for low < high {
		pivot := x[(low+high)/2]
		i, j := low, high
		for i <= j {
			for x[i] < pivot {
				i++
			}
			for x[j] > pivot {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n <= j:
			high = j
		case n >= i:
			low = i
		default:
			return
		}
	}
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func deviation(x []float64) float64 {
	sum, m := 0.0, mean(x)
	for _, v := range x {
		sum += (v - m) * (v - m)
	}
	return math.Sqrt(sum / float64(len(x)-1))
}

// cents rounds an estimate as people see it. What is compared is what is shown.
func cents(x float64) float64 { return math.Round(x*100) / 100 }

func money(x float64) providers.Money { return decimal.NewFromFloat(cents(x)) }
