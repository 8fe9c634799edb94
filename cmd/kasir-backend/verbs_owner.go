package main

import (
	"context"
	"flag"
	"net/http"

	"kasir/backend/office"
)

var ownerVerb = verb{
	args: "add NAME [-role clerk] | list | remove NAME",
	says: "Say who may use the owner's page. add prints a link, which lasts two days and works once: whoever opens it chooses the password. For somebody who forgot it, add again.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		role := f.String("role", string(office.Owner), "owner, who acts, or clerk, who only sees")
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			act := ""
			if len(args) > 0 {
				act = args[0]
			}
			switch {
			case act == "add" && len(args) == 2:
				var in office.Invitation
				err := a.ask(ctx, http.MethodPost, "owners", map[string]string{"name": args[1], "role": *role}, &in)
				return one(in, "name", in.Name, "role", string(in.Role), "link", in.Link), err
			case act == "remove" && len(args) == 2:
				var gone office.Gone
				err := a.ask(ctx, http.MethodDelete, "owners/"+seg(args[1]), nil, &gone)
				return one(gone, "removed", gone.Name), err
			case act == "list" && len(args) == 1:
				var all office.Listed
				err := a.ask(ctx, http.MethodGet, "owners", nil, &all)
				out := answer{body: all, rows: [][]string{{"NAME", "ROLE", "STATE"}}}
				for _, one := range all.Accounts {
					out.rows = append(out.rows, []string{printable(one.Name), string(one.Role), one.State})
				}
				return out, err
			}
			return answer{}, misused("add NAME, list, or remove NAME")
		}
	},
}
