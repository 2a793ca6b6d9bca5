package cmd

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"goscan/providers"
	"goscan/store"
)

// forgetful are the marks of a dry run: none, and none are kept.
type forgetful struct{}

func (forgetful) All(context.Context) ([]store.Mark, error)  { return nil, nil }
func (forgetful) Set(context.Context, ...store.Mark) error   { return nil }
func (forgetful) Forget(context.Context, ...store.Key) error { return nil }

// nothing is the store before the first sync, to those who only read: a dry run, a report.
type nothing struct{}

func (nothing) Replace(context.Context, providers.Bill, providers.Day, func(providers.Emit) error) (store.Change, error) {
	return store.Change{}, errors.New("a dry run stores nothing")
}
func (nothing) Days(context.Context, string) ([]store.Mark, error)       { return nil, nil }
func (nothing) Costs(context.Context, store.Query) ([]store.Cost, error) { return nil, nil }
func (nothing) Close() error                                             { return nil }
func (nothing) Commits(context.Context, string, providers.Day, providers.Day) ([]store.Mark, error) {
	return nil, nil
}
func (nothing) Prune(context.Context, string, providers.Month) error {
	return errors.New("a dry run drops nothing")
}
func (nothing) Adopt(context.Context, store.Mark, func(providers.Emit) error) (store.Change, error) {
	return store.Change{}, errors.New("a dry run stores nothing")
}
func (nothing) Lines(_ context.Context, _ store.LineQuery, use func([]store.Mark, store.ReadLines) error) error {
	return use(nil, nil)
}
func (nothing) RecordMonth(context.Context, []store.MonthRow) error      { return nil }
func (nothing) Months(context.Context, string) ([]store.MonthRow, error) { return nil, nil }

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}
