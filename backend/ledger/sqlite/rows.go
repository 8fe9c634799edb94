package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// together is how many rows one statement writes where there are as many: most of
// what a small row costs is its statement.
var together = [...]int{16, 4, 1}

// rows writes rows of a table.
type rows struct {
	of    [len(together)]*sql.Stmt
	width int
}

// prepare makes the statements of what stands before and after a row.
func (r *rows) prepare(ctx context.Context, conn *sql.Conn, before, row, after string) (err error) {
	r.width = strings.Count(row, "?")
	for i, n := range together {
		if r.of[i], err = conn.PrepareContext(ctx, before+row+strings.Repeat(", "+row, n-1)+after); err != nil {
			return err
		}
	}
	return nil
}

// write writes rows, one behind the other in args, and says how many were.
func (r *rows) write(ctx context.Context, args []any) (written int64, err error) {
	for i, n := range together {
		for n *= r.width; len(args) >= n; args = args[n:] {
			done, err := r.of[i].ExecContext(ctx, args[:n]...)
			if err != nil {
				return written, err
			}
			rows, err := done.RowsAffected()
			if err != nil {
				return written, err
			}
			written += rows
		}
	}
	return written, nil
}

// closeAll closes those statements that were prepared.
func closeAll(all ...*sql.Stmt) error {
	var errs []error
	for _, s := range all {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}
