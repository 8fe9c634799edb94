package sandbox

import (
	"encoding/json"
	"slices"
	"time"

	"kasir/backend/midtrans"
)

// letter is one notification on its way to one URL.
type letter struct {
	ID       string    `json:"id"`
	URL      string    `json:"url,omitempty"`
	Order    string    `json:"order,omitempty"`
	Body     string    `json:"body,omitempty"`
	Attempts int       `json:"attempts,omitempty"`
	Due      time.Time `json:"due,omitzero"`
	Done     bool      `json:"done,omitempty"`

	key       string          // transaction and URL
	after     chan struct{}   // what must have been tried before it; nil: nothing
	tried     chan struct{}   // closed after its own first attempt
	overtaken chan struct{}   // held back until this is closed; nil: not held
	patience  time.Duration   // how long it is held back at most
	frees     []chan struct{} // those that it overtakes
}

// post holds the letters not delivered yet.
type post struct {
	letters map[string]*letter
	order   []string             // their ids, oldest first
	last    map[string]*letter   // by key: whose first attempt the next one waits for
	held    map[string][]*letter // by key: waiting to be overtaken
}

func newPost() post {
	return post{letters: make(map[string]*letter), last: make(map[string]*letter), held: make(map[string][]*letter)}
}

// put adds a letter, or takes out one that is done.
func (p *post) put(l *letter) {
	known := p.letters[l.ID]
	switch {
	case !l.Done && known == nil:
		if l.tried == nil { // out of the journal
			l.tried = make(chan struct{})
		}
		p.order = append(p.order, l.ID)
		p.letters[l.ID] = l
	case !l.Done:
		known.Attempts, known.Due = l.Attempts, l.Due
	case known != nil:
		delete(p.letters, l.ID)
		p.order = slices.DeleteFunc(p.order, func(id string) bool { return id == l.ID })
		if p.last[known.key] == known {
			delete(p.last, known.key)
		}
	}
}

// follow queues l behind the last letter of its transaction; those that are
// held back will be let go by it.
func (p *post) follow(l *letter) {
	if last := p.last[l.key]; last != nil {
		l.after = last.tried
	}
	p.last[l.key] = l
	for _, late := range p.held[l.key] {
		l.frees = append(l.frees, late.overtaken)
	}
	delete(p.held, l.key)
}

// hold keeps l back until a later letter was tried, or patience is over.
func (p *post) hold(l *letter, patience time.Duration) {
	if patience == 0 {
		patience = defaultPatience
	}
	l.overtaken, l.patience = make(chan struct{}), patience
	p.held[l.key] = append(p.held[l.key], l)
}

// went notes l's first attempt.
func (p *post) went(l *letter) {
	close(l.tried)
	for _, late := range l.frees {
		close(late)
	}
	p.held[l.key] = slices.DeleteFunc(p.held[l.key], func(other *letter) bool { return other == l })
	if len(p.held[l.key]) == 0 {
		delete(p.held, l.key)
	}
}

const defaultPatience = 30 * time.Second

// waiting lists the letters not delivered yet, oldest first.
func (p *post) waiting() []*letter {
	out := make([]*letter, 0, len(p.order))
	for _, id := range p.order {
		out = append(out, p.letters[id])
	}
	return out
}

// letters writes the notifications owed for the state that t is in. Letters
// about one transaction to one URL set out in the order of its states, unless
// a fault says otherwise. s.mu is held.
func (s *Sandbox) letters(t transaction) []*letter {
	at := scene{order: t.OrderID, state: t.Status, amount: t.Amount}
	return s.send(at, t.TransactionID, t.Notify, func() string { return s.notification(t, at) })
}

// send writes to urls about one subject, and queues it behind what was written
// about the subject before. s.mu is held.
func (s *Sandbox) send(at scene, subject string, urls []string, write func() string) []*letter {
	if len(urls) == 0 {
		return nil
	}
	if _, drop := s.faults.take(at, DropNotification); drop {
		s.log.Info("notification dropped", "order", at.order, "status", at.state)
		return nil
	}
	body := write()
	delay, delayed := s.faults.take(at, DelayNotification)
	hold, held := s.faults.take(at, ReorderNotification)
	_, twice := s.faults.take(at, DuplicateNotification)
	var out []*letter
	for _, url := range urls {
		if len(s.post.letters)+len(out)+2 > maxLetters {
			s.log.Warn("notification dropped: too many are waiting", "order", at.order)
			break
		}
		l := s.letter(at.order, subject, url, body)
		switch {
		case held:
			s.post.hold(l, time.Duration(hold.Delay))
		case delayed:
			l.Due = l.Due.Add(time.Duration(delay.Delay))
		default:
			s.post.follow(l)
		}
		out = append(out, l)
		if twice {
			again := s.letter(at.order, subject, url, body)
			again.Due, again.after = l.Due, l.tried
			out = append(out, again)
		}
	}
	return out
}

func (s *Sandbox) letter(order, subject, url, body string) *letter {
	return &letter{
		ID: s.ids.uuid(), URL: url, Order: order, Body: body, Due: time.Now(),
		key: subject + " " + url, tried: make(chan struct{}),
	}
}

// notification is the body, signed.
func (s *Sandbox) notification(t transaction, at scene) string {
	return s.notificationAt(t, at, time.Now())
}

// notificationAt is the body as it will be at a moment.
func (s *Sandbox) notificationAt(t transaction, at scene, when time.Time) string {
	d := s.document(t)
	d.Refunds = t.written(when)
	d.StatusMessage = "midtrans payment notification"
	d.StatusCode = notificationCode[t.Status]
	key := s.opts.ServerKey
	if f, ok := s.faults.take(at, WrongAmountNotification); ok {
		d.GrossAmount = midtrans.Amount(f.Amount).String()
	}
	if _, ok := s.faults.take(at, ForgeNotification); ok {
		key = "not the " + key
	}
	d.SignatureKey = midtrans.Signature(d.OrderID, d.StatusCode, d.GrossAmount, key)
	body, _ := json.Marshal(d) // strings and valid metadata only
	return string(body)
}

// notificationCode is the status_code a notification carries for a state. It
// is not always the one that the API answers with.
var notificationCode = map[string]string{
	midtrans.StatusPending: "201", midtrans.StatusSettlement: "200", midtrans.StatusDeny: "202",
	midtrans.StatusCancel: "202", midtrans.StatusExpire: "202",
	midtrans.StatusAuthorize: "200", midtrans.StatusCapture: "200",
	midtrans.StatusRefund: "200", midtrans.StatusPartialRefund: "200",
}
