package cmd_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/midtrans/sandbox"
	"kasir/display/frame"
	"kasir/terminal"
)

// Who is where. The ports are only names: everything is net.Pipe.
const (
	shop        = "toko-1"
	merchant    = "Warung Bu Tini"
	nmid        = "ID1020210000001"
	serverKey   = "SB-Mid-server-play"
	backendURL  = "http://127.0.0.1:8100"
	providerURL = "http://127.0.0.1:8200"
	notifyURL   = backendURL + "/v1/notifications/midtrans"
	accountURL  = notifyURL + "/account"
	recurURL    = notifyURL + "/recurring"
)

// settings are what a play says before it begins.
type settings struct {
	payment  string // payment type of the backend; "": its default
	expiry   time.Duration
	lag      time.Duration // of the provider's expiry batch; 0: its default
	lang     terminal.Lang
	expect   string // merchant's name the till insists on
	panel    frame.Format
	blind    bool          // the glass draws no pixels
	refresh  time.Duration // of the panel, when it is a full one
	receipts bool          // phones reach the backend, and confirm sales
	weather  weather       // of the shop's network at power-on
	arm      func(*stage)  // sets traps before power-on; may be nil
	desk     bool          // the merchant has programs of his own
}

// stage is one shop with all that it hangs on, in one synctest bubble.
type stage struct {
	t        testing.TB
	settings settings
	dir      string
	files    int // names used for databases
	story    *story
	traps    chan func() // power cuts that the moment has come for

	shopNet  *road // till to backend
	trunk    *road // backend to provider
	postNet  *road // provider to backend: notifications
	street   *road // telephones to provider: its pages
	requests requests

	provider *providerLife
	backend  *backendLife                // nil: without power
	till     *tillLife                   // nil: without power
	tillDB   string                      // what is on the till's card
	bookDB   string                      // what is on the backend's disk
	papersDB string                      // and the merchant's papers beside it
	copies   struct{ card, disk string } // what was on them some time ago
	sick     atomic.Bool                 // the till's card cannot be written

	glass      glass
	ears       ears
	wrong      []string // what must never be, and was
	guilt      sync.Mutex
	phone      string           // what the customer's phone read
	page       string           // and the page that it opened, when that was an address
	bill       string           // the order that it is about, "" for a link's
	spent      map[string]int64 // rupiah, by masked number: what owners of wallets spent elsewhere
	link       string           // of a receipt that it read
	slip       string           // and what its page said
	wrongCodes int
	receiptKey keptKey         // beside the journal, on the till's card
	paid       map[string]bool // orders that customers have paid

	stale    atomic.Int64 // readings of a pay account that somebody else comes right after
	atRecord trap         // the till's next power cut
	atCommit trap         // the backend's
	atCharge trap         // the backend's, by the provider's answers to charges
}

// newStage has everything switched on, and the till ready.
func newStage(t testing.TB, c settings) *stage {
	s := &stage{
		t: t, settings: c, dir: t.TempDir(), story: newStory(),
		traps: make(chan func(), 16), paid: make(map[string]bool), spent: make(map[string]int64),
	}
	s.glass.stage, s.ears.stage = s, s
	s.shopNet, s.trunk, s.postNet = newRoad("shop net", s.story), newRoad("trunk", s.story), newRoad("post", s.story)
	s.street = newRoad("street", s.story)
	s.trunk.passed = s.requested
	s.shopNet.set(c.weather)
	if c.arm != nil {
		c.arm(s)
	}
	s.tillDB, s.bookDB, s.papersDB = s.file(tillFile), s.file(bookFile), s.file(papersFile)
	for _, on := range []func() error{s.bootProvider, s.bootBackend, s.bootTill} {
		if err := on(); err != nil {
			t.Fatal(err)
		}
	}
	s.settle()
	return s
}

// close ends everything; what is still running then would be a leak, and the
// bubble says so.
func (s *stage) close() {
	if s.till != nil {
		s.till.end(s)
	}
	if s.backend != nil {
		s.backend.end(s)
	}
	s.provider.end(s)
	if *tell {
		s.t.Logf("the story:\n%s", s.story)
	}
}

// file is a new name for a database.
func (s *stage) file(name string) string {
	s.files++
	return filepath.Join(s.dir, fmt.Sprintf("%02d-%s", s.files, name))
}

// settle lets everything happen that happens at this moment.
func (s *stage) settle() {
	for {
		synctest.Wait()
		select {
		case cut := <-s.traps:
			cut()
		default:
			return
		}
	}
}

// sleep lets time pass.
func (s *stage) sleep(d time.Duration) {
	s.settle()
	t := time.NewTimer(d)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			s.settle()
			return
		case cut := <-s.traps:
			synctest.Wait()
			cut()
		}
	}
}

// trap is a power cut at a certain record: before it is on the disk, or after
// and before anything that follows from it. It springs once.
type trap struct {
	mu    sync.Mutex
	armed bool
	seen  int // records so far
	snare
}

type snare struct {
	kind   string // of the record; "": any
	skip   int    // records of that kind that pass
	before bool
}

func (p *trap) arm(n snare) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed, p.snare = true, n
}

func (p *trap) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen
}

// springs counts records that go to the disk together, and reports whether
// the moment has come, and which side of the disk's work it is on.
func (p *trap) springs(kinds ...string) (now, before bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen += len(kinds)
	for _, k := range kinds {
		if !p.armed || p.kind != "" && p.kind != k {
			continue
		}
		if p.skip--; p.skip < 0 {
			p.armed = false
			return true, p.before
		}
	}
	return false, false
}

var errPower = errors.New("the power is gone")

// life is one life of one program, from power-on to power-off.
type life struct {
	context.Context
	cancel context.CancelFunc
}

func newLife() life {
	ctx, cancel := context.WithCancel(context.Background())
	return life{ctx, cancel}
}

// snap asks for the power of the program that lives to be cut, and stands
// still until it is: whoever calls it gets no further.
func (s *stage) snap(life context.Context, cut func() error) error {
	s.traps <- func() {
		if err := cut(); err != nil {
			s.accuse("cut power: %v", err)
		}
	}
	<-life.Done()
	return errPower
}

// providerLife is the sandbox. It has no power cuts here: what it must
// remember, its own tests say.
type providerLife struct {
	*sandbox.Sandbox
	life
	stops []func()
}

func (s *stage) bootProvider() error {
	l := newLife()
	p := &providerLife{life: l, Sandbox: sandbox.New(sandbox.Options{
		ServerKey: serverKey, MerchantName: merchant, NMID: nmid, Seed: 7, BaseURL: providerURL, ExpiryLag: s.settings.lag, NotifyURL: notifyURL, AccountNotifyURL: accountURL, RecurringNotifyURL: recurURL,
		HTTP: httpClient(s.postNet.plug(l)), Logger: s.story.log("provider"),
	})}
	p.stops = []func(){s.trunk.serve(p.Sandbox), s.street.serve(p.Sandbox)}
	s.provider = p
	return nil
}

func (p *providerLife) end(s *stage) {
	for _, stop := range p.stops {
		stop()
	}
	if err := p.Close(); err != nil {
		s.t.Errorf("close provider: %v", err)
	}
	p.cancel()
}

// accuse notes that something happened that must never happen.
func (s *stage) accuse(format string, args ...any) {
	s.guilt.Lock()
	defer s.guilt.Unlock()
	s.wrong = append(s.wrong, fmt.Sprintf(format, args...))
}

// broken is what must never be and was, so far.
func (s *stage) broken() error {
	s.guilt.Lock()
	defer s.guilt.Unlock()
	if len(s.wrong) == 0 {
		return nil
	}
	return errors.New(strings.Join(s.wrong, "; "))
}
