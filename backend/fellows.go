package backend

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/office"
)

// Bounds of what backends on one book say to one another.
const (
	maxOutbox  = 4096 // messages that wait to be told
	maxTelling = 64   // of them at one time
	tellTime   = 5 * time.Second
	joinPause  = time.Second
	keyBytes   = 32
)

// message is what one backend says to the others, who share its book. It may be
// lost, or come twice. The first three say whose question it is: the one who
// asked and a number of his.
type message struct {
	From string `json:"from"`
	To   string `json:"to,omitempty"` // "": whoever it concerns
	ID   int64  `json:"id,omitempty"`

	Note *noteWords `json:"note,omitempty"` // please look at this
	Deed *deedWords `json:"deed,omitempty"`
	Done *doneWords `json:"done,omitempty"` // it was looked at
	View *viewWords `json:"view,omitempty"` // how it stands by now

	Seen []office.Sighting `json:"seen,omitempty"` // devices that are there
}

// viewWords are an order, or a customer's wallet, as its keeper sees it. Look is
// for one that is too long to be told: the book has it.
type viewWords struct {
	Order    string          `json:"order,omitempty"`
	Charge   *ledger.Glimpse `json:"charge,omitempty"`
	Customer string          `json:"customer,omitempty"`
	Wallet   *walletView     `json:"wallet,omitempty"`
	Look     bool            `json:"look,omitempty"`
}

// fellows carry notes between the backends that share a book. What they say is
// sealed with a key that only the book has, since a note can hold a telephone
// number, and since one that was forged would be acted on.
type fellows struct {
	book ledger.Shared
	log  *slog.Logger
	me   string
	seal cipher.AEAD
	out  chan message
}

func newFellows(book ledger.Shared, log *slog.Logger) *fellows {
	name := make([]byte, 8)
	rand.Read(name) // never fails
	return &fellows{book: book, log: log, me: hex.EncodeToString(name), out: make(chan message, maxOutbox)}
}

// run tells what is to be told until ctx ends; heard takes what others say.
func (f *fellows) run(ctx context.Context, heard func(message)) error {
	key, err := f.book.Secret(ctx, "fellows", keyBytes)
	for ; err != nil; key, err = f.book.Secret(ctx, "fellows", keyBytes) {
		// A database that is away for a moment is no reason to end.
		f.log.Warn("other backends cannot be joined yet", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(joinPause):
		}
	}
	block, err := aes.NewCipher(key[:keyBytes])
	if err != nil {
		return fmt.Errorf("join other backends: %w", err)
	}
	if f.seal, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return fmt.Errorf("join other backends: %w", err)
	}
	f.book.Hear(func(text string) {
		if m, ok := f.open(text); ok && m.From != f.me && (m.To == "" || m.To == f.me) && ctx.Err() == nil {
			heard(m)
		}
	}, func() {})
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-f.out:
			f.tell(ctx, f.more(m))
		}
	}
}

// say has m told; when too much waits already it is lost, as any may be.
func (f *fellows) say(m message) {
	m.From = f.me
	select {
	case f.out <- m:
	default:
	}
}

// more is first and what waits behind it, sealed.
func (f *fellows) more(first message) []string {
	texts := f.sealed(nil, first)
	for len(texts) < maxTelling {
		select {
		case m := <-f.out:
			texts = f.sealed(texts, m)
		default:
			return texts
		}
	}
	return texts
}

func (f *fellows) tell(ctx context.Context, texts []string) {
	ctx, cancel := context.WithTimeout(ctx, tellTime)
	defer cancel()
	if err := f.book.Tell(ctx, texts); err != nil && ctx.Err() == nil {
		f.log.Warn("other backends cannot be told", "error", err)
	}
}

// sealed adds m to texts. What is too long for a message is looked up instead.
func (f *fellows) sealed(texts []string, m message) []string {
	for range 2 {
		plain, err := json.Marshal(m)
		if err != nil {
			return texts
		}
		text := base64.RawStdEncoding.EncodeToString(f.seal.Seal(nil, nil, plain, nil))
		if len(text) <= ledger.MaxTold {
			return append(texts, text)
		}
		m.shorten()
	}
	return texts
}

// shorten leaves out what the book can say.
func (m *message) shorten() {
	for _, v := range []**viewWords{&m.View, m.Done.view()} {
		if v != nil && *v != nil {
			*v = &viewWords{Order: (*v).Order, Customer: (*v).Customer, Look: true}
		}
	}
}

func (f *fellows) open(text string) (m message, ok bool) {
	sealed, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return m, false
	}
	plain, err := f.seal.Open(nil, nil, sealed, nil)
	if err != nil || json.Unmarshal(plain, &m) != nil {
		f.log.Warn("a message of no backend of ours")
		return m, false
	}
	return m, true
}
