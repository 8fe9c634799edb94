package office

import (
	"errors"
	"net/http"
	"strings"
	"time"
)

// loginForm is what the page to log in on shows.
type loginForm struct {
	Next, Name, Wrong string
}

func (o *Office) askLogin(v *visit) error {
	if err := v.enter(); err != nil {
		return err
	}
	if v.in {
		v.redirect(Prefix)
		return nil
	}
	v.gate()
	f := loginForm{Next: v.r.URL.Query().Get("next")}
	if !ours(f.Next) {
		f.Next = ""
	}
	return v.show(http.StatusOK, "login", page{Title: "login", Data: f})
}

// login begins a session. The browser gets a new token whatever it brought along,
// so that nobody can be talked into using one that somebody else knows.
func (o *Office) login(v *visit) error {
	name, password := strings.ToLower(strings.TrimSpace(v.r.PostFormValue("name"))), v.r.PostFormValue("password")
	if len(password) > maxPassword || len(name) > maxPassword {
		return errBad
	}
	known := name
	if !validName(name) {
		known = "-" // counted as one, so that names that cannot be take no room
	}
	if !o.wrong.take(known, v.address()) {
		return errOften
	}
	var a Account
	if known == name {
		if _, err := o.filed(v.r.Context(), kindAccount, name, &a); err != nil {
			return err
		}
	}
	if !a.Ready() {
		a = Account{}
	}
	right, err := o.opens(v.r.Context(), a.Secret, password)
	if err != nil {
		return err
	}
	if !right {
		if missed, ok := o.lines.now("login failed"); ok {
			o.log.WarnContext(v.r.Context(), "login failed", "account", known, "from", v.address(), "missed", missed)
		}
		f := loginForm{Name: name, Wrong: "login_wrong", Next: v.r.PostFormValue("next")}
		if !ours(f.Next) {
			f.Next = ""
		}
		return v.show(http.StatusUnauthorized, "login", page{Title: "login", Data: f})
	}
	o.wrong.give(known, v.address())
	return v.welcome(a, v.r.PostFormValue("next"))
}

// welcome begins a session for somebody who proved who he is.
func (v *visit) welcome(a Account, next string) error {
	if old := v.cookie(sessionCookie); old != "" {
		if err := v.o.end(v.r.Context(), old); err != nil {
			return err
		}
	}
	t, err := v.o.begin(v.r.Context(), a)
	if err != nil {
		return err
	}
	v.setCookie(sessionCookie, t, fullLife)
	v.setCookie(gateCookie, "", 0)
	v.o.log.InfoContext(v.r.Context(), "login", "account", a.Name, "from", v.address())
	if !ours(next) {
		next = Prefix
	}
	v.redirect(next)
	return nil
}

func (o *Office) logout(v *visit) error {
	if err := o.end(v.r.Context(), v.token); err != nil {
		return err
	}
	v.setCookie(sessionCookie, "", 0)
	v.redirect(Prefix + "login")
	return nil
}

// welcomeForm is what the page of a link shows.
type welcomeForm struct {
	Name, Wrong string
	Role        Role
	Least       int
}

// link is the account of the link in the path; a stranger's tries are counted.
func (o *Office) link(v *visit) (Account, error) {
	a, err := o.invited(v.r.Context(), v.r.PathValue("link"))
	if errors.Is(err, errInvite) {
		if !o.wrong.take("-", v.address()) {
			return a, errOften
		}
		return a, &refusal{http.StatusNotFound, "no_invite", errInvite.Error()}
	}
	return a, err
}

func (o *Office) askInvited(v *visit) error {
	a, err := o.link(v)
	if err != nil {
		return err
	}
	v.gate()
	return v.show(http.StatusOK, "invite", page{Title: "invite", Data: welcomeForm{a.Name, "", a.Role, minPassword}})
}

func (o *Office) acceptInvite(v *visit) error {
	a, err := o.link(v)
	if err != nil {
		return err
	}
	wrong := ""
	password := v.r.PostFormValue("password")
	if password != v.r.PostFormValue("again") {
		wrong = "password_twice"
	} else {
		used := a.Invite.Digest
		a, err = o.setPassword(v.r.Context(), a.Name, password, func(now Account) error {
			if !now.Invited(time.Now()) || now.Invite.Digest != used {
				return errInvite
			}
			return nil
		})
		switch {
		case errors.Is(err, errPassword):
			wrong = "password_weak"
		case errors.Is(err, errInvite):
			return &refusal{http.StatusNotFound, "no_invite", errInvite.Error()}
		case err != nil:
			return err
		}
	}
	if wrong != "" {
		a, err = o.link(v)
		if err != nil {
			return err
		}
		return v.show(http.StatusUnprocessableEntity, "invite", page{Title: "invite", Data: welcomeForm{a.Name, wrong, a.Role, minPassword}})
	}
	o.log.InfoContext(v.r.Context(), "account has a password", "account", a.Name)
	return v.welcome(a, Prefix)
}
