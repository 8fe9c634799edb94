package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"kasir/terminal/keypad"
)

// Whoever sets this wants to look at the pages: a directory for the pictures.
const picturesVar = "KASIR_PICTURES"

// browser is somebody at the page with a mouse and a keyboard.
type browser struct {
	*demo
	ctx  context.Context
	shot string // directory of pictures
}

// openBrowser opens the page in a real Chromium, in a profile of its own.
func openBrowser(t *testing.T, lang string) *browser {
	t.Helper()
	path := findChromium(t)
	d := openDemo(t, lang)
	d.await("idle")
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1240, 1400),
	)
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(alloc)
	ctx, stopWaiting := context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(func() {
		stopWaiting()
		stop()
		stopAlloc()
	})
	b := &browser{demo: d, ctx: ctx, shot: t.TempDir()}
	if dir := os.Getenv(picturesVar); dir != "" {
		b.shot = dir
	}
	b.run(chromedp.Navigate(d.base), chromedp.WaitVisible("#scan"))
	b.until("the till's page", `!!document.getElementById('till').contentDocument?.getElementById('keypad')`)
	return b
}

// findChromium is the browser that make test installs.
func findChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("chromium is missing: make test installs it, or: sudo apt-get install chromium")
	return ""
}

func (b *browser) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.picture("failed")
		b.t.Fatal(err)
	}
}

// asked is the value of an expression of the page.
func asked[T any](b *browser, expression string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.picture("failed")
		b.t.Fatal(err)
	}
	return value
}

// until waits for an expression of the page to be true.
func (b *browser) until(what, expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(25 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if asked[bool](b, "Boolean("+expression+")") {
			return
		}
	}
	b.picture("failed")
	b.t.Fatalf("waited for %s in vain", what)
}

// picture keeps what the page looks like now.
func (b *browser) picture(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Logf("take picture: %v", err)
		return
	}
	if err := os.WriteFile(filepath.Join(b.shot, name+".png"), png, 0o600); err != nil {
		b.t.Logf("keep picture: %v", err)
	}
}

// place is where something in a frame of the page is, in the middle of the window.
func (b *browser) place(frame, selector string) (x, y float64) {
	b.t.Helper()
	b.until(selector, fmt.Sprintf(`!!document.getElementById(%q).contentDocument?.querySelector(%q)`, frame, selector))
	at := asked[struct{ X, Y float64 }](b, fmt.Sprintf(`(() => {
		const frame = document.getElementById(%q), thing = frame.contentDocument.querySelector(%q);
		thing.scrollIntoView({ block: 'center' });
		const f = frame.getBoundingClientRect(), r = thing.getBoundingClientRect();
		return { X: f.left + r.left + r.width / 2, Y: f.top + r.top + r.height / 2 };
	})()`, frame, selector))
	return at.X, at.Y
}

// click presses the mouse on something in a frame of the page.
func (b *browser) click(frame, selector string) {
	b.t.Helper()
	x, y := b.place(frame, selector)
	b.run(chromedp.MouseClickXY(x, y))
}

// hold keeps the mouse on a key until it counts as held.
func (b *browser) hold(key string) {
	b.t.Helper()
	x, y := b.place("till", fmt.Sprintf("#keypad [data-key='%s']", key))
	b.run(chromedp.MouseEvent(chromedp.MousePressed, x, y, chromedp.ButtonLeft, chromedp.ClickCount(1)),
		chromedp.Sleep(keypad.HeldFor+200*time.Millisecond),
		chromedp.MouseEvent(chromedp.MouseReleased, x, y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
}

// tap presses keys on the till's own keypad with the mouse.
func (b *browser) tap(keys ...string) {
	b.t.Helper()
	for _, key := range keys {
		b.click("till", fmt.Sprintf("#keypad [data-key='%s']", key))
	}
}

// says waits until the page's step is n.
func (b *browser) step(n int) {
	b.t.Helper()
	b.until(fmt.Sprintf("step %d", n), fmt.Sprintf(`document.body.dataset.step === '%d'`, n))
}

// TestBrowserSale is a sale with a browser only, in both languages.
func TestBrowserSale(t *testing.T) {
	for _, lang := range []string{"id", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			b := openBrowser(t, lang)
			b.until("its language", fmt.Sprintf(`document.documentElement.lang === %q && document.querySelector('h1').textContent === words[%q].title`, lang, lang))
			b.picture(lang + "-1-idle")
			b.tap("2", "5", "z", "0", "ok")
			b.step(2)
			b.until("the code in the viewfinder", `document.getElementById('seen').naturalWidth > 0`)
			b.picture(lang + "-2-offering")
			b.run(chromedp.Click("#scan"))
			b.step(3)
			b.until("the amount on the phone", `document.getElementById('pay').contentDocument?.body?.textContent.includes('Rp 25.000')`)
			b.picture(lang + "-3-paying")
			b.click("pay", "#pay")
			b.await("thanks")
			b.step(4)
			b.until("the receipt", `!!document.getElementById('pay').contentDocument?.querySelector('.settlement')`)
			b.until("the light", `document.getElementById('till').contentDocument.getElementById('led').dataset.led === 'green'`)
			b.until("the sentence", `document.getElementById('till').contentDocument.getElementById('device').dataset.said > 0`)
			if said := asked[float64](b, `+document.getElementById('till').contentDocument.getElementById('device').dataset.said`); said < 1.5 || said > 5 {
				t.Errorf("twenty-five thousand rupiah, received: takes %v s", said)
			}
			b.picture(lang + "-4-paid")
			if s := b.look(); s.Order.Status != "settlement" || s.Order.Amount != 25000 || s.lang != lang {
				t.Errorf("got %+v, want Rp 25000 settled, in %s", s, lang)
			}
			b.settled(b.look().order, 25000)
			// The other language, from the page; the till follows.
			other := map[string]string{"id": "en", "en": "id"}[lang]
			b.run(chromedp.Click("#lang-" + other))
			b.until("the other language", fmt.Sprintf(`document.documentElement.lang === %q`, other))
			if got := b.look().lang; got != other {
				t.Errorf("the till speaks %s, want %s", got, other)
			}
			b.picture(lang + "-5-other-language")
		})
	}
}

// TestBrowserSwitches disturbs sales, as a curious visitor would.
func TestBrowserSwitches(t *testing.T) {
	t.Parallel()
	b := openBrowser(t, "id")
	press := func(which, to string) {
		t.Helper()
		b.run(chromedp.Click(fmt.Sprintf(`[data-switch="%s"] [data-to="%s"]`, which, to)))
		b.until(which+" "+to, fmt.Sprintf(`document.querySelector('[data-switch="%s"] [data-to="%s"]').getAttribute('aria-pressed') === 'true'`, which, to))
	}
	press("network", "off")
	b.hold("5") // a quick amount
	b.tap("ok")
	b.await("offline")
	b.picture("switch-1-offline")
	press("network", "on")
	before := b.await("offering").order
	b.step(2)

	press("power", "off")
	b.until("the dark glass", `document.getElementById('till').classList.contains('dark')`)
	b.picture("switch-2-dark")
	press("power", "on")
	again := b.await("offering").order
	if again != before {
		t.Errorf("after the power cut: order %s, want %s", again, before)
	}
	b.until("the till's page", `document.getElementById('till').contentDocument?.getElementById('device')?.dataset.state === 'on'`)
	b.run(chromedp.Click("#scan"))
	b.step(3)
	press("backend", "off")
	b.click("pay", "#pay")
	b.until("the red switch", `getComputedStyle(document.querySelector('[data-switch=backend] [data-to=off]')).color === 'rgb(255, 255, 255)'`)
	press("backend", "on")
	b.await("thanks")
	b.settled(before, 50000)

	// The keyboard counts, wherever the mouse was last: here on a switch.
	b.until("the receipt", `document.getElementById('pay').contentDocument?.querySelector('.settlement') &&
		!document.getElementById('pay').contentDocument.querySelector('a[href^="/?"]')`)
	b.run(chromedp.KeyEvent("5"), chromedp.KeyEvent("0"), chromedp.KeyEvent("0"), chromedp.KeyEvent("\r"))
	b.await("offering")
	b.until("the viewfinder again", `document.getElementById('wallet').hidden`)
	b.run(chromedp.Click("#expire"))
	b.await("ended")
	b.until("the story", `document.getElementById('story').textContent.includes('Rp 500')`)
	b.picture("switch-3-expired")
}

// TestBrowserSizes has the page on a laptop, where a sale must not need
// scrolling, and on a phone's own screen, where nothing may stick out.
func TestBrowserSizes(t *testing.T) {
	t.Parallel()
	b := openBrowser(t, "id")
	for _, size := range []struct{ wide, high int64 }{{1366, 657}, {1280, 620}, {1240, 1400}, {1366, 657}} {
		b.run(chromedp.EmulateViewport(size.wide, size.high))
		const lowest = `(() => {
			const frame = document.getElementById('till'), ok = frame.contentDocument.querySelector('[data-key=ok]');
			return Math.max(frame.getBoundingClientRect().top + ok.getBoundingClientRect().bottom, document.getElementById('scan').getBoundingClientRect().bottom);
		})()`
		b.until(fmt.Sprintf("OK and Scan in %dx%d", size.wide, size.high), fmt.Sprintf(`innerHeight === %d && %s <= innerHeight`, size.high, lowest))
		b.until("the glass at its own pixels", `document.getElementById('till').contentDocument.getElementById('glass').width === 400`)
		b.picture(fmt.Sprintf("size-%dx%d", size.wide, size.high))
	}
	b.run(chromedp.EmulateViewport(390, 844))
	b.until("the small page", `innerWidth === 390`)
	if wide := asked[int](b, `document.documentElement.scrollWidth`); wide > 390 {
		b.picture("failed")
		t.Errorf("the page is %d pixels wide, want 390 at most", wide)
	}
	b.tap("9", "9", "ok")
	b.step(2)
	b.picture("small")
}
