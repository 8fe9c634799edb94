package office

import (
	"errors"
	"net/http"
	"strings"
	"time"
)

// peoplePage is one's own account, and for owners everybody's.
type peoplePage struct {
	All   []Account
	Now   time.Time
	Least int
	Wrong string
	About string // what it is about: people, password or me
	Keyed string
	Link  string // to be read once
	For   string
	Zone  string
	Ends  int64
}

func (o *Office) people(v *visit) error { return o.showPeople(v, http.StatusOK, peoplePage{}) }

func (o *Office) showPeople(v *visit, status int, p peoplePage) error {
	p.Now, p.Least, p.Zone = time.Now(), minPassword, strings.ToLower(v.zone.String())
	if v.who.Role == Owner {
		var err error
		if p.All, err = o.Accounts(v.r.Context()); err != nil {
			return err
		}
	}
	return v.show(status, "people", page{Title: "people", Data: p})
}

// changePeople makes accounts and takes them away.
func (o *Office) changePeople(v *visit) error {
	name := strings.ToLower(strings.TrimSpace(v.r.PostFormValue("name")))
	wrong := func(word string) error {
		return o.showPeople(v, http.StatusUnprocessableEntity, peoplePage{Wrong: word, About: "people", Keyed: name})
	}
	var err error
	link := ""
	switch act := v.r.PostFormValue("act"); act {
	case "invite":
		link, err = o.Invite(v.r.Context(), name, Role(v.r.PostFormValue("role")))
	case "remove":
		if v.r.PostFormValue("sure") != "yes" {
			return wrong("not_sure")
		}
		err = o.Remove(v.r.Context(), name)
	default:
		return errBad
	}
	switch {
	case errors.Is(err, ErrName):
		return wrong("account_name")
	case errors.Is(err, ErrRole):
		return errBad
	case errors.Is(err, ErrLast):
		return wrong("account_last")
	case errors.Is(err, ErrCrowd):
		return wrong("account_crowd")
	case errors.Is(err, ErrAccount):
		return errNotFound
	case err != nil:
		return err
	}
	o.log.InfoContext(v.r.Context(), "accounts changed by a person", "account", v.who.Name, "act", v.r.PostFormValue("act"), "about", name)
	if link != "" {
		return o.showPeople(v, http.StatusOK, peoplePage{Link: o.address(v) + link, For: name, Ends: time.Now().Add(inviteLife).UnixMilli()})
	}
	v.redirect(Prefix + "people")
	return nil
}

// address is where the page is, as whoever looks reached it.
func (o *Office) address(v *visit) string {
	if v.secure {
		return "https://" + v.r.Host
	}
	return "http://" + v.r.Host
}

// changeMe changes how pages look for whoever looks.
func (o *Office) changeMe(v *visit) error {
	lang, zone := v.r.PostFormValue("lang"), v.r.PostFormValue("zone")
	if words[lang] == nil || zones[zone] == nil {
		return errBad
	}
	if _, err := o.change(v.r.Context(), v.who.Name, func(a *Account, _ bool) error {
		a.Lang, a.Zone = lang, zone
		return nil
	}); err != nil {
		return err
	}
	v.redirect(Prefix + "people")
	return nil
}

// changePassword gives whoever knows the old password a new one, and ends all
// other sessions of the account.
func (o *Office) changePassword(v *visit) error {
	wrong := func(word string) error {
		return o.showPeople(v, http.StatusUnprocessableEntity, peoplePage{Wrong: word, About: "password"})
	}
	old, password := v.r.PostFormValue("old"), v.r.PostFormValue("password")
	if password != v.r.PostFormValue("again") {
		return wrong("password_twice")
	}
	if len(old) > maxPassword {
		return wrong("login_wrong")
	}
	if !o.wrong.take(v.who.Name, v.address()) {
		return errOften
	}
	right, err := o.opens(v.r.Context(), v.who.Secret, old)
	if err != nil {
		return err
	}
	if !right {
		return wrong("password_old")
	}
	o.wrong.give(v.who.Name, v.address())
	epoch := v.who.Epoch
	a, err := o.setPassword(v.r.Context(), v.who.Name, password, func(now Account) error {
		if now.Epoch != epoch {
			return errForm // it was changed meanwhile
		}
		return nil
	})
	if errors.Is(err, errPassword) {
		return wrong("password_weak")
	}
	if err != nil {
		return err
	}
	o.log.InfoContext(v.r.Context(), "password changed", "account", a.Name)
	return v.welcome(a, Prefix+"people")
}
