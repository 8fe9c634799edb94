package cmd_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/terminal"
)

// What the owner of a wallet can do: with a telephone, on the provider's own
// pages, over real HTTP.

// pageOn is the address that a screen shows as a code, "" for none.
func pageOn(sc terminal.Screen) string {
	switch sc := sc.(type) {
	case terminal.LinkOffer:
		return sc.URL
	case terminal.Verifying:
		return sc.URL
	case terminal.Confirming:
		if sc.Code == "" && sc.Refusal == terminal.NoRefusal && sc.Tries > 0 {
			return sc.URL
		}
	}
	return ""
}

// codeOn is what a screen shows as a code, "" for none.
func codeOn(sc terminal.Screen) string {
	if offering, ok := sc.(terminal.Offering); ok {
		return offering.QR
	}
	return pageOn(sc)
}

// open opens a page by its address. It must be one that can be used.
func (s *stage) open(address string) error {
	res, text, err := s.browse(http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK || !strings.Contains(text, `name="pin"`) {
		return fmt.Errorf("the page answers %d and asks for no PIN", res.StatusCode)
	}
	s.phone, s.page, s.bill = address, res.Request.URL.String(), ""
	if v, _ := s.glass.looks(); v.Screen.Name() == (terminal.Verifying{}).Name() {
		s.bill = orderOn(v)
	}
	return nil
}

// telephone finds its way by the host's name, and so does who redirects it.
type telephone struct{ provider, shop *plug }

func (t telephone) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasPrefix(req.URL.String(), backendURL+"/") {
		return t.shop.RoundTrip(req)
	}
	return t.provider.RoundTrip(req)
}

// browse is one request of a telephone, and what its redirections led to.
func (s *stage) browse(method, address string, form url.Values) (*http.Response, string, error) {
	l := newLife()
	defer l.cancel()
	client := &http.Client{Timeout: 15 * time.Second, Transport: telephone{provider: s.street.plug(l), shop: s.postNet.plug(l)}}
	req, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := client.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	return res, string(text), err
}

// fill sends the form of the page that was opened, and is what came back.
func (s *stage) fill(pin, button string) (string, error) {
	if s.page == "" {
		return "", errors.New("no page was opened")
	}
	_, text, err := s.browse(http.MethodPost, s.page, url.Values{"pin": {pin}, "otp": {sandbox.OTP}, "do": {button}})
	return text, err
}

// What the pages say, by their marks and not by their words.
const (
	pageGood  = "bill good"
	pageWrong = "small warn"
	pageForm  = `name="pin"`
)

// enterPIN agrees to what the page asks for.
func (s *stage) enterPIN() error {
	text, err := s.fill(sandbox.PIN, "ok")
	if err == nil && !strings.Contains(text, pageGood) {
		return errors.New("the page does not say that it is done")
	}
	if err == nil && s.bill != "" {
		s.paid[s.bill] = true
	}
	return err
}

func (s *stage) enterWrongPIN() error {
	text, err := s.fill("000000", "ok")
	if err == nil && (!strings.Contains(text, pageWrong) || !strings.Contains(text, pageForm)) {
		return errors.New("the page does not say that it is wrong")
	}
	return err
}

func (s *stage) enterPINInVain() error {
	text, err := s.fill(sandbox.PIN, "ok")
	if err == nil && (strings.Contains(text, pageGood) || strings.Contains(text, pageForm)) {
		return errors.New("the page does not say that it is over")
	}
	return err
}

func (s *stage) scanInVain() error {
	if err := s.scan(); err == nil {
		return errors.New("the page can be used")
	}
	return nil
}

func (s *stage) turnDown() error {
	text, err := s.fill("", "refuse")
	if err == nil && strings.Contains(text, pageGood) {
		return errors.New("the page says that it is done")
	}
	return err
}

// owner is a sentence with a number.
func owner(do func(*stage, int64) error) func([]string) (act, error) {
	return func(words []string) (act, error) {
		n, err := strconv.ParseInt(words[0], 10, 64)
		return func(s *stage) error { return do(s, n) }, err
	}
}

// account is the newest pay account.
func (s *stage) account() (sandbox.PayAccount, error) {
	all := s.provider.Accounts()
	if len(all) == 0 {
		return sandbox.PayAccount{}, errors.New("there is no pay account yet")
	}
	return all[len(all)-1], nil
}

func (s *stage) ownerUnlinks() error {
	a, err := s.account()
	if err == nil {
		err = s.provider.Unlink(a.AccountID)
	}
	return err
}

func (s *stage) ownerSpends(rupiah int64) error {
	a, err := s.account()
	if err == nil {
		err = s.provider.TopUp(a.AccountID, -rupiah)
	}
	if err == nil {
		s.spent[a.Phone] += rupiah
	}
	return err
}

func (s *stage) ownerHas(want int64) error {
	a, err := s.account()
	if err == nil && a.Balance != want {
		return fmt.Errorf("got Rp %d, want Rp %d", a.Balance, want)
	}
	return err
}

// staleTokens has somebody else read the account whenever the backend has:
// that makes new tokens, and those just read useless.
func (s *stage) staleTokens(n int64) error {
	s.stale.Store(n)
	return nil
}

func (s *stage) readAccount(path string) {
	req := httptest.NewRequest(http.MethodGet, providerURL+path, nil)
	req.SetBasicAuth(serverKey, "")
	s.provider.ServeHTTP(httptest.NewRecorder(), req)
}

func (s *stage) linked(want int64) error {
	var got int64
	for _, a := range s.provider.Accounts() {
		if a.Status == midtrans.AccountEnabled {
			got++
		}
	}
	if got != want {
		return fmt.Errorf("got %d, want %d", got, want)
	}
	return nil
}
