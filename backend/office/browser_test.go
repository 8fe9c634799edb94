package office

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"kasir/backend/ledger"
	"kasir/backend/pgdb/pgtest"
)

// TestMain has the files of books, and those of browsers, in memory where there is
// room; no database is started.
func TestMain(m *testing.M) { pgtest.Main(m) }

// screen is a real Chromium in front of the pages, with a keyboard only.
type screen struct {
	*town
	ctx  context.Context
	shot string // directory of pictures for people to look at; "": none are taken, which is quicker
}

// openScreen opens a window of a size.
func openScreen(t *testing.T, o *town, wide, high int64) *screen {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("chromium is missing: make test installs it, or: sudo apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-component-update", true))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(alloc)
	ctx, stopWaiting := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(func() {
		stopWaiting()
		stop()
		stopAlloc()
	})
	s := &screen{town: o, ctx: ctx, shot: os.Getenv("KASIR_PICTURES")}
	s.run(chromedp.EmulateViewport(wide, high))
	return s
}

func (s *screen) run(actions ...chromedp.Action[chromedp.Void]) {
	s.Helper()
	if err := chromedp.Do(s.ctx, actions...); err != nil {
		s.Fatal(err)
	}
}

// ask is the value of an expression of the page.
func ask[T any](s *screen, expression string) T {
	s.Helper()
	value, err := chromedp.Run(s.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		s.Fatal(err)
	}
	return value
}

// until waits for an expression to be true, over pages that come and go.
func (s *screen) until(what, expression string) {
	s.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(30 * time.Millisecond) {
		if ok, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")")); err == nil && ok {
			return
		}
	}
	s.picture("failed")
	s.Fatalf("waited for %s in vain", what)
}

// picture keeps what the page looks like, for whoever wants to see it.
func (s *screen) picture(name string) {
	if s.shot == "" {
		return
	}
	png, err := chromedp.Run(s.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(s.shot, name+".png"), png, 0o600)
	}
	if err != nil {
		s.Logf("take picture: %v", err)
	}
}

// open opens a page and holds it to what all pages owe.
func (s *screen) open(name, path string) {
	s.Helper()
	s.run(chromedp.Navigate(s.base + path))
	s.until(name, "document.readyState === 'complete' && !!document.querySelector('main h1')")
	s.picture(name)
	s.fair(name)
}

// keys types; Tab is \t and Enter is \r.
func (s *screen) keys(text string) {
	s.Helper()
	s.run(chromedp.KeyEvent(text))
}

// tabTo presses Tab until what has the focus fits a selector.
func (s *screen) tabTo(selector string) {
	s.Helper()
	for range 60 {
		if ask[bool](s, fmt.Sprintf("document.activeElement.matches(%q)", selector)) {
			if ask[string](s, "getComputedStyle(document.activeElement).outlineStyle") == "none" {
				s.Errorf("nobody sees that %s has the focus", selector)
			}
			return
		}
		s.keys("\t")
	}
	s.picture("failed")
	s.Fatalf("no Tab leads to %s", selector)
}

// fair wants of a page that nothing sticks out of it, that every text can be read
// (WCAG 2.2, 1.4.3: 4.5 to 1), that everything to press is large enough for a
// finger or stands in a text, and that every field has a label.
func (s *screen) fair(name string) {
	s.Helper()
	bad := ask[[]string](s, `(() => {
	const bad = [];
	if (document.documentElement.scrollWidth > innerWidth) bad.push('it is ' + document.documentElement.scrollWidth + ' wide in ' + innerWidth);
	const rgb = c => { const m = c.match(/[\d.]+/g).map(Number); return { r: m[0], g: m[1], b: m[2], a: m.length > 3 ? m[3] : 1 }; };
	const light = c => { const f = v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }; return .2126 * f(c.r) + .7152 * f(c.g) + .0722 * f(c.b); };
	const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.a === 1) return c; } return { r: 255, g: 255, b: 255 }; };
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	let texts = 0;
	for (let n; n = walker.nextNode();) {
		if (!n.nodeValue.trim() || !n.parentElement.checkVisibility() || n.parentElement.closest('.unseen, .skip')) continue;
		texts++;
		const a = light(rgb(getComputedStyle(n.parentElement).color)), b = light(ground(n.parentElement));
		const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (ratio < 4.5) bad.push('contrast ' + ratio.toFixed(2) + ': ' + n.nodeValue.trim().slice(0, 40));
	}
	if (texts < 4) bad.push('only ' + texts + ' texts were looked at');
	for (const e of document.querySelectorAll('button, nav a, .button, input:not([type=hidden]), select, summary')) {
		const box = (e.type === 'checkbox' ? e.closest('label') : e).getBoundingClientRect();
		if (e.checkVisibility() && box.height < 24) bad.push('too small to press: ' + (e.name || e.textContent.trim()) + ' ' + box.height);
	}
	for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea')) if (!e.labels.length) bad.push('no label: ' + e.name);
	if (document.querySelectorAll('h1').length !== 1) bad.push('not one heading');
	return bad;
})()`)
	for _, b := range bad {
		s.Errorf("%s: %s", name, b)
	}
}

// market is a town with a busy day, and something of everything.
func market(t *testing.T) *town {
	o := settle(t, nil)
	now := time.Now()
	tills := []string{"TOKO-DEPAN", "TOKO-BELAKANG", "KAFE"}
	for n := range 24 {
		order, amount, at := fmt.Sprintf("%s-%08d", tills[n%3], n+1), int64(12_500+n*n*977), now.Add(-time.Duration(n)*time.Second)
		switch n % 6 {
		case 4:
			o.sell(order, amount, at, ledger.Record{Kind: ledger.KindExpired})
		case 5:
			o.sell(order, amount, at, ledger.Record{Kind: ledger.KindCreated, TransactionID: "t-1", QR: "000201", ExpiresMS: now.Add(time.Hour).UnixMilli()})
		default:
			o.sell(order, amount, at, ledger.Record{Kind: ledger.KindCreated, TransactionID: "513f1f01-c9da-474c-9fc9-d5c64364b709", QR: "000201"}, paid(amount, at))
		}
	}
	o.sell("KAFE-00000090", 45_000, now.Add(-time.Hour))
	o.sell("KAFE-00000091", 88_000, now.Add(-2*time.Hour), ledger.Record{Kind: ledger.KindExpired}, paid(88_000, now.Add(-time.Hour)), ledger.Record{Kind: ledger.KindAlarm, Alarm: ledger.AlarmLate, Amount: 88_000})
	o.Heard(t.Context(), "TOKO-DEPAN", Says{Version: "20261121T152030Z-1.4", Board: "rpi3", Clocked: true})
	o.Heard(t.Context(), "KAFE", Says{Version: "20261020T101010Z", Board: "zero2w", Clocked: true, SkewMS: -181_000, Unsent: 2})
	for _, name := range []string{"KAFE", "GUDANG"} {
		if _, _, err := o.o.Devices.Invite(t.Context(), name, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// TestBrowserKeyboard: an owner does a day's work without a mouse, on a phone.
func TestBrowserKeyboard(t *testing.T) {
	o := market(t)
	link, err := o.Invite(t.Context(), "sri", Owner)
	if err != nil {
		t.Fatal(err)
	}
	s := openScreen(t, o, 390, 844)
	s.open("phone-invite", link)
	s.keys(goodPassword + "\t" + goodPassword + "\r")
	s.until("today", "location.pathname === '/owner/' && document.body.textContent.includes('Uang masuk')")
	s.tabTo("nav a[href='/owner/attention']")
	s.keys("\r")
	s.until("what waits", "location.pathname === '/owner/attention' && document.readyState === 'complete'")
	s.tabTo("a[href='/owner/sale/KAFE-00000091']")
	s.keys("\r")
	s.until("the sale", "location.pathname.endsWith('KAFE-00000091') && document.readyState === 'complete'")
	s.tabTo("textarea[name=reason]")
	s.keys("uang datang terlambat, barang sudah diambil")
	s.tabTo("form[action$='/seen'] button")
	s.keys("\r")
	s.until("who saw it", "document.body.textContent.includes('Sudah dilihat oleh') && document.readyState === 'complete'")
	s.tabTo("summary")
	s.keys("\r")
	s.tabTo("input[name=amount]")
	s.keys("8.000\tbarang rusak\t ")
	s.tabTo("button.risky")
	s.keys("\r")
	s.until("the refund", "document.body.textContent.includes('Diterima penyedia')")
	s.picture("phone-refunded")
	if got := o.shop.given(); len(got) != 1 || got[0].Amount != 8000 || got[0].Reason != "barang rusak" {
		t.Errorf("given back: %+v", got)
	}
	s.tabTo(".top form button")
	s.keys("\r")
	s.until("the way in", "location.pathname === '/owner/login'")
}

// TestBrowserPages has every page on a phone, and those with columns on a desk in
// the other language.
func TestBrowserPages(t *testing.T) {
	o := market(t)
	o.account("sri", Owner)
	o.account("budi", Clerk)
	for _, size := range []struct {
		name, lang string
		wide, high int64
	}{{"phone", "id", 390, 844}, {"desk", "en", 1280, 800}} {
		s := openScreen(t, o, size.wide, size.high)
		s.open(size.name+"-login", "/owner/login?lang="+size.lang)
		s.keys("sri\t" + goodPassword + "\r")
		s.until("today", "location.pathname === '/owner/' && document.readyState === 'complete'")
		all := map[string]string{"today": "", "sale": "sale/KAFE-00000091", "people": "people"}
		if size.name == "phone" {
			maps.Copy(all, map[string]string{"sales": "sales", "attention": "attention", "devices": "devices", "payouts": "payouts",
				"export": "export", "nothing": "nothing", "wrong": "sales?amount=x"})
		}
		for name, path := range all {
			s.open(size.name+"-"+name, Prefix+path)
		}
	}
}
