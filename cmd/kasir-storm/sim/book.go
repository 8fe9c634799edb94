package sim

import (
	"kasir/backend/ledger"
	"kasir/backend/wallet"
)

// leaf is one commit in the backend's file: what became of some orders, or of
// one wallet.
type leaf struct {
	orders []ledger.Entry
	wallet *wallet.Entry
}

// book is what the backend's file adds up to, as its storage answers.
type book struct {
	rows    map[string]*row
	ids     []string // of rows, oldest first
	devices map[string]*device
	wallets map[string]*purse
	people  []string          // of wallets, oldest first
	owners  map[string]string // customer by pay account
	links   map[string]string // customer by link id
}

// row is one order.
type row struct {
	facts   ledger.Facts
	records []ledger.Record
}

// device is a device's numbers and news.
type device struct {
	next int64
	news []string // order ids; the first has number 1
}

// purse is one customer.
type purse struct {
	facts    wallet.Facts
	attempts map[string]wallet.Attempt
}

func newBook() *book {
	return &book{rows: make(map[string]*row), devices: make(map[string]*device), wallets: make(map[string]*purse),
		owners: make(map[string]string), links: make(map[string]string)}
}

// add takes one more leaf.
func (b *book) add(l leaf) {
	for _, e := range l.orders {
		r := b.rows[e.Facts.Order]
		if r == nil {
			r = &row{}
			b.rows[e.Facts.Order] = r
			b.ids = append(b.ids, e.Facts.Order)
		}
		r.facts = e.Facts
		r.records = append(r.records, e.Records...)
		d := b.device(e.Facts.Device)
		d.next = max(d.next, e.Facts.Number+1)
		if e.News {
			d.news = append(d.news, e.Facts.Order)
		}
	}
	if l.wallet != nil {
		b.addWallet(*l.wallet)
	}
}

func (b *book) addWallet(e wallet.Entry) {
	p := b.wallets[e.Facts.Customer]
	if p == nil {
		p = &purse{attempts: make(map[string]wallet.Attempt)}
		b.wallets[e.Facts.Customer] = p
		b.people = append(b.people, e.Facts.Customer)
	}
	p.facts = e.Facts
	for _, a := range []wallet.Attempt{e.Facts.Former, e.Facts.Attempt} {
		if a.Link == "" {
			continue
		}
		p.attempts[a.Link] = a
		b.links[a.Link] = e.Facts.Customer
		if a.Account != "" {
			b.owners[a.Account] = e.Facts.Customer
		}
		if a.Device != "" {
			d := b.device(a.Device)
			d.next = max(d.next, a.Number+1)
		}
	}
}

func (b *book) device(name string) *device {
	d := b.devices[name]
	if d == nil {
		d = &device{next: 1}
		b.devices[name] = d
	}
	return d
}

// facts are the sum of an order's records.
func (b *book) facts(id string) ledger.Facts {
	if r := b.rows[id]; r != nil {
		return r.facts
	}
	return ledger.Facts{}
}

func (b *book) wallet(customer string) wallet.Facts {
	if p := b.wallets[customer]; p != nil {
		return p.facts
	}
	return wallet.Facts{}
}

// copyOf is the book of an older copy of the file. Its rows are added up from
// their records, as a program does that finds none.
func copyOf(file []leaf) *book {
	b := newBook()
	for _, l := range file {
		b.add(l)
	}
	for _, id := range b.ids {
		var c ledger.Charge
		for _, r := range b.rows[id].records {
			c.Apply(r)
		}
		b.rows[id].facts = c.Facts
	}
	return b
}
