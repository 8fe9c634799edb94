package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"kasir/backend/identity"
)

var authorityVerb = verb{
	args: "-ca-file FILE list | add | drop",
	says: "Change who signs devices' certificates, without enrolling any anew. add puts a new authority into the file: copy that to every backend and start each again, within the hour before it signs. Tills then move to it by themselves, with their next look, within the hour; those with a program of before there was this stay with the old one. drop takes the oldest out, when devices tells that none is left with it; then start the backends again.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		file := f.String("ca-file", "", "`file` of the authority, the backend's -ca-file or DB.ca; required")
		force := f.Bool("force", false, "drop it whatever is left with it; those must be enrolled anew")
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if *file == "" || len(args) != 1 {
				return answer{}, misused("-ca-file and one of list, add, drop")
			}
			text, err := readSecret("authority for devices", *file)
			if err != nil {
				return answer{}, err
			}
			ca, err := identity.ParseAuthority([]byte(text))
			if err != nil {
				return answer{}, err
			}
			switch args[0] {
			case "list":
				return showAuthorities(ca, ""), nil
			case "add":
				return addAuthority(*file, text, time.Now())
			case "drop":
				if !*force {
					if err := a.noneLeft(ctx); err != nil {
						return answer{}, err
					}
				}
				return dropAuthority(*file, ca)
			}
			return answer{}, misused("%q is not one of list, add, drop", args[0])
		}
	},
}

func showAuthorities(ca *identity.Authority, tail string) answer {
	out := answer{rows: [][]string{{"AUTHORITY", "SIGNS"}}, tail: tail}
	all := ca.All()
	type shown struct {
		Authority string `json:"authority"`
		Signs     int64  `json:"signs_ms,omitempty"` // Unix milliseconds; 0: from the beginning
	}
	body := []shown{}
	for i, one := range all {
		s, since := shown{Authority: one.Mark()}, "for tills that cannot change; all trust it"
		if i < len(all)-1 {
			s.Signs = one.Signs().UnixMilli()
			since = "from " + moment(s.Signs)
		} else if len(all) == 1 {
			since = "for all"
		}
		body = append(body, s)
		out.rows = append(out.rows, []string{s.Authority, since})
	}
	out.body = body
	return out
}

// addAuthority puts a new authority beside those that are in the file.
func addAuthority(path, text string, now time.Time) (answer, error) {
	fresh, err := identity.NewAuthority(now)
	if err != nil {
		return answer{}, err
	}
	both := append([]byte(text+"\n"), fresh...)
	ca, err := identity.ParseAuthority(both)
	if err != nil {
		return answer{}, fmt.Errorf("add authority: %w: drop one first", err)
	}
	if err := writeSecret(path, both); err != nil {
		return answer{}, fmt.Errorf("add authority: %w", err)
	}
	return showAuthorities(ca, "copy the file to every backend and start each again, before the new one signs"), nil
}

// dropAuthority takes the oldest out of the file.
func dropAuthority(path string, ca *identity.Authority) (answer, error) {
	all := ca.All()
	if len(all) == 1 {
		return answer{}, errors.New("drop authority: there is no other")
	}
	var text []byte
	for _, one := range all[:len(all)-1] {
		pem, err := one.Text()
		if err != nil {
			return answer{}, fmt.Errorf("drop authority: %w", err)
		}
		text = append(text, pem...)
	}
	left, err := identity.ParseAuthority(text)
	if err == nil {
		err = writeSecret(path, text)
	}
	if err != nil {
		return answer{}, fmt.Errorf("drop authority: %w", err)
	}
	return showAuthorities(left, "start the backends again"), nil
}

// noneLeft fails while devices have certificates of an authority that another has
// succeeded.
func (a *api) noneLeft(ctx context.Context) error {
	left, name := 0, ""
	for after := ""; ; {
		var page identity.Listed
		if err := a.ask(ctx, http.MethodGet, "devices?after="+url.QueryEscape(after), nil, &page); err != nil {
			return err
		}
		for _, d := range page.Devices {
			if d.Old {
				left, name = left+1, d.Device
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if left > 0 {
		return fmt.Errorf("drop authority: %d devices still have a certificate of the old one, %s among them: let them look at the backend, or give -force", left, printable(name))
	}
	return nil
}
