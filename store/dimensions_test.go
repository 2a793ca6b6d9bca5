package store_test

import (
	"regexp"
	"slices"
	"testing"

	"goscan/store"
)

// TestDimensionsAreThoseThatAUserIsTold compares the list with the one in the error about a word that is none.
func TestDimensionsAreThoseThatAUserIsTold(t *testing.T) {
	_, err := store.ParseDimension("colour")
	var told []string
	for _, word := range regexp.MustCompile(`[a-zA-Z:]+[,)]`).FindAllString(err.Error(), -1) {
		if word = word[:len(word)-1]; word != "tag:KEY" && word != "native:FIELD" {
			told = append(told, word)
		}
	}
	var listed []string
	for _, d := range store.Dimensions() {
		if _, err := store.ParseDimension(string(d)); err != nil {
			t.Error(err)
		}
		listed = append(listed, string(d))
	}
	if !slices.Equal(told, listed) {
		t.Errorf("%v are told, %v listed", told, listed)
	}
}
