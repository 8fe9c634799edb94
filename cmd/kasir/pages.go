package main

import (
	"context"
	"fmt"

	"kasir/backend/wire"
)

// pages reads the journal for the backend; see uplink.Pages.
func (j *journal) pages(ctx context.Context, from int64, limit int) (first int64, prev wire.Hash, rows []wire.JournalRow, err error) {
	last, _ := j.Head() // what is after it was not acknowledged, and may be gone after a power cut
	for row, err := range j.Rows(ctx, from) {
		if err != nil {
			return 0, prev, nil, fmt.Errorf("read journal for the backend: %w", err)
		}
		if row.Seq > last {
			break
		}
		if len(rows) == 0 {
			first, prev = row.Seq, row.Prev
		}
		r := wire.JournalRow{Kind: row.Kind, Order: row.Order, Amount: row.Amount, Day: row.Day, At: row.At.UnixMilli(), Hash: row.Hash}
		r.Hold(row.Body)
		if rows = append(rows, r); len(rows) == limit {
			break
		}
	}
	return first, prev, rows, nil
}
