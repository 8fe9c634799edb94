package cmd_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend"
	office "kasir/backend/merchant"
	"kasir/backend/merchant/shelf"
	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

// Plays without a till: what the merchant's own programs ask for, while a
// payer's telephone is on the provider's pages.

const programToken = "a merchant's token for the plays"

// merchantOf is what the merchant's programs are served with.
func (s *stage) merchantOf(b *backendLife, client *midtrans.Client) (backend.Merchant, error) {
	if !s.settings.desk {
		if s.settings.receipts {
			return backend.Merchant{PublicURL: backendURL}, nil
		}
		return backend.Merchant{}, nil
	}
	papers, err := shelf.Open(b, s.papersDB)
	if err != nil {
		return backend.Merchant{}, err
	}
	b.desk = papers
	desk, err := office.New(b, office.Options{Shelf: papers, Provider: client, Logger: s.story.log("backend")})
	return backend.Merchant{Token: programToken, Desk: desk, PublicURL: backendURL}, err
}

// program asks the backend as one of the merchant's programs.
func (s *stage) program(method, path string, body, into any) error {
	l := newLife()
	defer l.cancel()
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(method, backendURL+"/v1/merchant/"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+programToken)
	client := httpClient(s.postNet.plug(l))
	client.Timeout = time.Minute
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		var no wire.Error
		return errors.Join(fmt.Errorf("%s %s: HTTP %d", method, path, res.StatusCode), json.NewDecoder(res.Body).Decode(&no), &no)
	}
	return json.NewDecoder(res.Body).Decode(into)
}

// tap presses a button on a page, and wants mark on the page that follows.
func (s *stage) tap(address, button, mark string) error {
	form := url.Values{"do": {button}, "pin": {sandbox.PIN}, "otp": {sandbox.OTP}}
	res, text, err := s.browse(http.MethodPost, address, form)
	if err == nil && !strings.Contains(text, mark) {
		err = fmt.Errorf("%s on %s: HTTP %d, and no %q on the page", button, address, res.StatusCode, mark)
	}
	return err
}

// kill cuts the backend's power for a moment.
func (s *stage) kill() error {
	if err := s.cutBackend(); err != nil {
		return err
	}
	s.sleep(3 * time.Second)
	return s.bootBackend()
}

// scene is a part of a play in Go.
type scene struct {
	says string
	do   func() error
}

// perform has the scenes played before the merchant's desk, one after the
// other.
func perform(t *testing.T, scenes func(*stage) []scene) {
	synctest.Test(t, func(t *testing.T) {
		c := plainSettings()
		c.blind, c.desk = true, true
		s := newStage(t, c)
		defer s.close()
		for _, one := range scenes(s) {
			s.story.say("play", "%s", one.says)
			err := one.do()
			s.settle()
			if err = errors.Join(err, s.broken()); err != nil {
				t.Fatalf("%s: %v\n%s", one.says, err, s.story)
			}
		}
	})
}

const (
	budi     = "budi@example.com" // the merchant's own name for a customer
	webOrder = "WEB-00000001"
)

// TestPlayOfSubscription: a wallet is linked by the first payment on a checkout
// page, subscribes, is charged, runs dry, and after all retries it is over; the
// backend dies at every turn.
func TestPlayOfSubscription(t *testing.T) {
	perform(t, func(s *stage) []scene {
		return []scene{
			{"the till is off at night", s.cutTill},
			{"a checkout page is made, linked on and paid", s.checkOut},
			{"the power goes", s.kill},
			{"the account was stored", s.snapLinked},
			{"a subscription is made", s.subscribeBudi},
			{"the power goes again", s.kill},
			{"a day passes", func() error { s.sleep(24*time.Hour + time.Minute); return nil }},
			{"one charge, read back", func() error { return s.subscriptionIs(office.SubscriptionActive, "settlement") }},
			{"paid once", func() error { return s.ownerHas(8_000_000 - 50_000 - 20_000) }},
			{"the owner spends the rest", func() error { return s.ownerSpends(7_925_000) }},
			{"the next day comes", func() error { s.sleep(24 * time.Hour); return nil }},
			{"denied, and to be tried again", func() error {
				return s.subscriptionIs(office.SubscriptionActive, "deny", "settlement")
			}},
			{"the power goes between two tries", s.kill},
			{"both tries pass", func() error { s.sleep(2 * time.Hour); return nil }},
			{"over", func() error {
				return s.subscriptionIs(office.SubscriptionInactive, "deny", "deny", "deny", "settlement")
			}},
			{"money comes, too late", func() error { return s.provider.TopUp(s.provider.Accounts()[0].AccountID, 1_000_000) }},
			{"three days pass", func() error { s.sleep(72 * time.Hour); return nil }},
			{"nothing more is charged", func() error {
				return errors.Join(s.subscriptionIs(office.SubscriptionInactive, "deny", "deny", "deny", "settlement"), s.ownerHas(1_005_000))
			}},
			{"the customer's name and number are in nobody's log", func() error {
				for line := range strings.Lines(s.story.String()) {
					who := strings.Fields(line)[1]
					if (who == "backend" || who == "provider") && (strings.Contains(line, budi) || strings.Contains(line, "8215023424")) {
						return errors.New(line)
					}
				}
				return nil
			}},
		}
	})
}

// checkOut is a buyer on a checkout page, linking the wallet and paying.
func (s *stage) checkOut() error {
	var page office.Snap
	ask := office.SnapAsk{OrderID: webOrder, Amount: 50_000, Customer: budi, Phone: "08215023424", Enforce: true}
	if err := s.program("POST", "snap", ask, &page); err != nil {
		return err
	}
	if _, text, err := s.browse(http.MethodGet, page.RedirectURL, nil); err != nil || !strings.Contains(text, `id="link"`) {
		return fmt.Errorf("the page does not ask to link: %w", err)
	}
	if err := s.tap(page.RedirectURL, "link", `id="pay"`); err != nil {
		return err
	}
	if err := s.tap(page.RedirectURL, "pay", pageGood); err != nil {
		return err
	}
	s.sleep(10 * time.Second)
	return s.ownerHas(7_950_000)
}

func (s *stage) snapLinked() error {
	var page office.Snap
	if err := s.program("GET", "snap/"+webOrder, nil, &page); err != nil {
		return err
	}
	if page.State != office.SnapSettled || page.Paid != 50_000 || !page.Linked {
		return fmt.Errorf("the page is %+v", page)
	}
	var user office.SnapUser
	if err := s.program("GET", "snap/users/"+budi, nil, &user); err != nil {
		return err
	}
	if user.State != wire.CustomerLinked || user.Phone != "****3424" {
		return fmt.Errorf("the customer is %+v", user)
	}
	return nil
}

func (s *stage) subscribeBudi() error {
	var made office.Subscription
	ask := office.SubscriptionAsk{Name: "KOPI-1", SnapCustomer: budi, Amount: 20_000,
		Schedule: office.Cadence{Interval: 1, Unit: "day"}, Retry: &office.Retry{Interval: 30, Unit: "minute", Max: 2}}
	if err := s.program("POST", "subscriptions", ask, &made); err != nil {
		return err
	}
	if made.State != office.SubscriptionActive || made.Next == 0 {
		return fmt.Errorf("made %+v", made)
	}
	return nil
}

// subscriptionIs says what the subscription is not; charges are the newest
// first.
func (s *stage) subscriptionIs(state office.SubscriptionState, charges ...string) error {
	var got office.Subscription
	if err := s.program("GET", "subscriptions/KOPI-1", nil, &got); err != nil {
		return err
	}
	var states []string
	for _, c := range got.Charges {
		states = append(states, c.State)
		if c.Paid != (c.State == "settlement") || !c.Paid && (c.Reason == nil || c.Reason.Code != wire.ReasonBalance) {
			return fmt.Errorf("charge %+v", c)
		}
	}
	if got.State != state || strings.Join(states, " ") != strings.Join(charges, " ") {
		return fmt.Errorf("got %s with charges %v, want %s with %v", got.State, states, state, charges)
	}
	return nil
}

// TestPlayOfDeeplink: a wallet's app comes back with a success that never was.
// The page it lands on says not yet, until the provider says otherwise; the
// till at the counter is not concerned.
func TestPlayOfDeeplink(t *testing.T) {
	perform(t, func(s *stage) []scene {
		var app string
		pending := func() error { return s.webCharge("GET", wire.Pending, nil) }
		return []scene{
			{"a charge is made for a buyer's own phone", func() (err error) {
				app, err = s.deeplink()
				return err
			}},
			{"the app lies", func() error { return s.provider.Faults().Add(sandbox.Fault{Kind: sandbox.FalseCallback, Count: 1}) }},
			{"success, it says, and nobody paid", func() error { return s.tap(app, "ok", `class="wait"`) }},
			{"not paid", pending},
			{"the buyer gives up for now", func() error { return s.tap(app, "refuse", `class="wait"`) }},
			{"still not paid", pending},
			{"the power goes", s.kill},
			{"the notification will be lost", func() error {
				return s.provider.Faults().Add(sandbox.Fault{Kind: sandbox.DropNotification})
			}},
			{"time passes", func() error { s.sleep(15 * time.Second); return nil }},
			{"the buyer pays, just after it was asked about", func() error { return s.tap(app, "ok", `class="wait"`) }},
			{"the page looks again", func() error { s.sleep(10 * time.Second); return nil }},
			{"paid, it says, whatever is claimed", func() error {
				_, text, err := s.browse(http.MethodGet, backendURL+"/v1/callback/gopay?result=failure&order_id="+webOrder, nil)
				if err == nil && !strings.Contains(text, `class="yes"`) {
					err = errors.New("the page believes it")
				}
				return err
			}},
			{"paid", func() error { return s.webCharge("GET", wire.Settled, nil) }},
			{"the till saw nothing of it", func() error {
				if v, lit := s.glass.looks(); matches(v, lit, "idle", nil) != nil || s.glass.times("late") > 0 {
					return fmt.Errorf("it shows %s", describe(v))
				}
				return nil
			}},
		}
	})
}

// deeplink makes a charge for the buyer's own phone and follows its link.
func (s *stage) deeplink() (app string, err error) {
	var made office.Charge
	if err := s.webCharge("PUT", wire.Pending, &made); err != nil {
		return "", err
	}
	for _, a := range made.Actions {
		if a.Name == "deeplink-redirect" {
			res, _, err := s.browse(http.MethodGet, a.URL, nil)
			if err != nil || res.StatusCode != http.StatusOK {
				return "", fmt.Errorf("follow %s: %v, %w", a.URL, res, err)
			}
			return res.Request.URL.String(), nil
		}
	}
	return "", fmt.Errorf("no link in %+v", made.Actions)
}

func (s *stage) webCharge(method string, want wire.State, into *office.Charge) error {
	if into == nil {
		into = new(office.Charge)
	}
	ask := office.ChargeAsk{Amount: 25_000, Method: office.MethodDeeplink}
	err := s.program(method, "charges/"+webOrder, ask, into)
	if err == nil && into.State != want {
		err = fmt.Errorf("got %s, want %s", into.State, want)
	}
	return err
}
