// Package nearest finds the word that a typo most likely meant.
package nearest

import (
	"slices"
	"strings"
)

// Of returns the candidate that a word most likely meant, or "" when none is close. A distance of a third of the word is
// close, and so is the only candidate that the word is the beginning of. Case, "-", "_" and "." count nothing.
func Of(word string, candidates []string) string {
	best, bestDistance := "", len(word)/3+1
	for _, c := range candidates {
		if d := distance(folded(word), folded(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	if best == "" {
		return begun(word, candidates)
	}
	return best
}

// begun returns the only candidate that begins with the word. One letter is no beginning of anything.
func begun(word string, candidates []string) string {
	if len(folded(word)) < 2 {
		return ""
	}
	isOther := func(c string) bool { return !strings.HasPrefix(folded(c), folded(word)) }
	if all := slices.DeleteFunc(slices.Clone(candidates), isOther); len(all) == 1 {
		return all[0]
	}
	return ""
}

func folded(word string) string {
	return strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(word))
}

// distance counts the letters to insert, delete, replace or swap with a neighbour to get from a to b.
func distance(a, b string) int {
	before, above := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			replace := above[j]
			if a[i] != b[j] {
				replace++
			}
			row[j+1] = min(replace, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above = above, row
	}
	return above[len(b)]
}
