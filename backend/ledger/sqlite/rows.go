package sqlite

import (
	"context"
	"database/sql"
	"strings"
)

// together is how many rows one statement writes where there are as many: most of
// what a small row costs is its statement.
const together = 16

// rows writes rows of a table.
type rows struct {
	one, some *sql.Stmt
	width     int
}

// prepare makes the statements of what stands before and after so many columns.
func (r *rows) prepare(ctx context.Context, conn *sql.Conn, before string, width int, after string) (err error) {
	r.width = width
	row := "(?" + strings.Repeat(", ?", width-1) + ")"
	if r.one, err = conn.PrepareContext(ctx, before+row+after); err != nil {
		return err
	}
	r.some, err = conn.PrepareContext(ctx, before+row+strings.Repeat(", "+row, together-1)+after)
	return err
}

// insert writes rows, one behind the other in args, and says how many were.
func (r *rows) insert(ctx context.Context, args []any) (written int64, err error) {
	for len(args) > 0 {
		write, n := r.one, r.width
		if all := together * r.width; len(args) >= all {
			write, n = r.some, all
		}
		done, err := write.ExecContext(ctx, args[:n]...)
		if err != nil {
			return written, err
		}
		rows, err := done.RowsAffected()
		if err != nil {
			return written, err
		}
		args, written = args[n:], written+rows
	}
	return written, nil
}
