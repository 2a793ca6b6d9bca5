package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"goscan/cmd/config"
	"goscan/cmd/nearest"
	"goscan/store"
	"goscan/store/report"
)

// noCommand says that a word is no command of a command, with the nearest that it has.
func noCommand(c *cobra.Command, word string) error {
	if c.HasParent() {
		return withHint{usageError{fmt.Errorf("%q is not a command of %s", word, c.CommandPath())}, didYouMean(c, word)}
	}
	return withHint{usageError{fmt.Errorf("%q is not a command", word)}, didYouMean(c, word)}
}

// didYouMean suggests the command nearest to a word that is none.
func didYouMean(c *cobra.Command, word string) string {
	if near := nearest.Of(word, commandNames(c)); near != "" {
		return "did you mean " + c.CommandPath() + " " + near + "?"
	}
	return c.CommandPath() + " --help lists the commands"
}

// wrongFlag puts what the flag parser says into our words, with a hint.
func wrongFlag(c *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return withHint{usageError{err}, flagMeant(c, unknown)}
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		flag := invalid.GetFlag()
		return usageError{fmt.Errorf("--%s %s: must be %s", flag.Name, invalid.GetValue(), kindOfValue(flag.Value.Type()))}
	}
	return usageError{err}
}

// flagMeant suggests the flag nearest to one that the command does not have. "-days" is taken for "--days".
func flagMeant(c *cobra.Command, unknown *pflag.NotExistError) string {
	word := unknown.GetSpecifiedName()
	if short := unknown.GetSpecifiedShortnames(); len(short) > 1 {
		word = short
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	if near := nearest.Of(word, names); near != "" {
		return "did you mean --" + near + "?"
	}
	return c.CommandPath() + " --help lists the flags"
}

// kindOfValue says what a value of a flag of that type must be.
func kindOfValue(flagType string) string {
	switch flagType {
	case "int":
		return "a whole number"
	case "bool":
		return "true or false"
	case "duration":
		return "a time such as 90s, 5m or 2h"
	}
	return "of type " + flagType
}

// meant adds to an error about a word what the word may have meant. Without a candidate that is near it is the error as it is.
func meant(err error, word string, candidates []string) error {
	if err == nil {
		return nil
	}
	if near := nearest.Of(word, candidates); near != "" {
		return withHint{err, "did you mean " + near + "?"}
	}
	return err
}

// parseDimension parses what a flag breaks costs down by.
func parseDimension(name string) (store.Dimension, error) {
	d, err := store.ParseDimension(name)
	return d, meant(err, name, dimensionNames())
}

// parseAmount parses the name of a cost column.
func parseAmount(column string) (store.Amount, error) {
	amount, err := store.ParseAmount(column)
	return amount, meant(err, column, store.AmountColumns())
}

// parseFilters parses the values of --where. What was meant is said of the first dimension that is none.
func parseFilters(texts []string) ([]store.Filter, error) {
	filters, err := store.ParseFilters(texts...)
	if err == nil {
		return filters, nil
	}
	for _, text := range texts {
		name, _, named := strings.Cut(text, "=")
		if _, wrong := store.ParseDimension(name); named && wrong != nil {
			return nil, meant(err, name, dimensionNames())
		}
	}
	return nil, err
}

// accountMeant adds to an error about an account that nobody knows which of the configured ones was meant.
func accountMeant(err error, cfg *config.Config, where []store.Filter) error {
	if !errors.Is(err, report.ErrUnknown) {
		return err
	}
	names := accountNames(cfg)
	for _, f := range where {
		for _, name := range f.Values {
			if f.Dimension == store.ByAccount && !slices.Contains(names, name) {
				return meant(err, name, names)
			}
		}
	}
	return err
}

// dimensionNames are the dimensions that have no key of their own.
func dimensionNames() []string {
	var names []string
	for _, d := range store.Dimensions() {
		names = append(names, string(d))
	}
	return names
}
