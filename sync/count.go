package sync

import (
	"goscan/providers"
	"goscan/store"
)

// A count counts the pages of a day as they are put, from several goroutines. The channel holds its one value while nobody
// counts.
type count chan counted

type counted struct {
	pages, lines int
	sums         store.Amounts // cost_before_voucher, by currency
}

func newCount() count {
	c := make(count, 1)
	c <- counted{sums: store.Amounts{}}
	return c
}

func (c count) add(page []providers.Line) {
	now := <-c
	defer func() { c <- now }() // also after a panic: others wait for it
	now.pages++
	now.lines += len(page)
	for i := range page {
		now.sums.Add(page[i].Currency, page[i].CostBeforeVoucher)
	}
}

func (c count) pages() int {
	now := <-c
	c <- now
	return now.pages
}

func (c count) tally() (lines int, sums store.Amounts) {
	now := <-c
	c <- now
	return now.lines, now.sums
}
