package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"

	"kasir/backend/archive"
)

var journalsVerb = verb{
	args: "[-who NAME -reason TEXT DEVICE JOURNAL]",
	says: "Show the tills' journals that are not what they were (put back, rewritten, with a row missing), and sales that only a till knows to be paid. With DEVICE and JOURNAL say why one is as it is: it is copied anew then, beside what was kept.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		who := f.String("who", "", "`name` of who has looked into it")
		reason := f.String("reason", "", "`text` of 4 to 500 characters: what they found")
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			method, path, body := http.MethodGet, "journals", any(nil)
			switch {
			case len(args) == 2 && *who != "" && *reason != "":
				method, path = http.MethodPost, "journals/"+seg(args[0])+"/"+seg(args[1])
				body = map[string]string{"who": *who, "reason": *reason}
			case len(args) != 0 || *who != "" || *reason != "":
				return answer{}, misused("DEVICE and JOURNAL are needed, with -who and -reason, or none of them")
			}
			var found archive.Findings
			if err := a.ask(ctx, method, path, body, &found); err != nil {
				return answer{}, err
			}
			return waiting(found), nil
		}
	},
}

// waiting is what waits for a person.
func waiting(found archive.Findings) answer {
	out := answer{body: found, rows: [][]string{{"DEVICE", "WHAT", "SINCE", "ABOUT"}}}
	for _, j := range found.Journals {
		out.rows = append(out.rows, []string{printable(j.Device), string(j.Flag), moment(j.FoundMS), fmt.Sprintf("row %d of %s", j.Row, printable(j.Journal))})
	}
	for _, s := range found.Sales {
		out.rows = append(out.rows, []string{printable(s.Device), "paid, says the till", moment(s.AtMS), printable(s.Order) + " " + rupiah(s.Amount)})
	}
	if found.More {
		out.tail = "and more"
	}
	return out
}
