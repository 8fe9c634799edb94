// Package shelftest is the contract of merchant.Shelf as a test: whoever writes
// a Shelf runs Run on it. It knows no storage engine. Next room to visit:
// backend/merchant/shelf, which passes it.
package shelftest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kasir/backend/merchant"
)

// Run holds the Shelves that open returns to the contract. open makes an empty
// one; reopen closes it and opens what it left behind.
func Run(t *testing.T, open func(*testing.T) merchant.Shelf, reopen func(*testing.T, merchant.Shelf) merchant.Shelf) {
	t.Run("papers come back, and stale ones are refused", func(t *testing.T) { papers(t, open(t), reopen) })
	t.Run("of many who change a version one does", func(t *testing.T) { oneWins(t, open(t)) })
	t.Run("the newest are found first", func(t *testing.T) { search(t, open(t)) })
	t.Run("what is odd in a body is kept", func(t *testing.T) { odd(t, open(t)) })
}

// Paper is a refund's paper for a test.
func Paper(id string, version int64, key string, open bool) merchant.Paper {
	return merchant.Paper{Kind: merchant.KindRefund, ID: id, Version: version, Key: key, Open: open, AtMS: 7, Body: []byte(`{"n":1}`)}
}

// Put files a paper that must be taken.
func Put(t *testing.T, s merchant.Shelf, p merchant.Paper) {
	t.Helper()
	if err := s.Put(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

func papers(t *testing.T, s merchant.Shelf, reopen func(*testing.T, merchant.Shelf) merchant.Shelf) {
	Put(t, s, Paper("b", 1, "K1", true))
	Put(t, s, Paper("a", 1, "K1", true))
	Put(t, s, Paper("c", 1, "K2", false))
	Put(t, s, Paper("a", 2, "K1", false))
	for _, stale := range []merchant.Paper{Paper("a", 2, "", false), Paper("a", 1, "", false), Paper("a", 4, "", false), Paper("new", 2, "", false)} {
		if err := s.Put(t.Context(), stale); !errors.Is(err, merchant.ErrStale) {
			t.Errorf("%s version %d: %v, want stale", stale.ID, stale.Version, err)
		}
	}
	old := s
	s = reopen(t, s) // all of it is on the disk
	if err := old.Put(t.Context(), Paper("d", 1, "", false)); err == nil {
		t.Error("a closed shelf takes papers")
	}
	got, ok, err := s.Get(t.Context(), merchant.KindRefund, "a")
	want := Paper("a", 2, "K1", false)
	if err != nil || !ok || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %+v, %v, %v; want %+v", got, ok, err, want)
	}
	if _, ok, err := s.Get(t.Context(), merchant.KindSnap, "a"); ok || err != nil {
		t.Errorf("a paper of another kind: %v, %v", ok, err)
	}
	for _, test := range []struct {
		name string
		list func() ([]merchant.Paper, error)
		want string
	}{
		{"keyed", func() ([]merchant.Paper, error) { return s.Keyed(t.Context(), merchant.KindRefund, "K1", "", 9) }, "a b"},
		{"keyed, after", func() ([]merchant.Paper, error) { return s.Keyed(t.Context(), merchant.KindRefund, "K1", "a", 9) }, "b"},
		{"open", func() ([]merchant.Paper, error) { return s.Open(t.Context(), merchant.KindRefund, "", 9) }, "b"},
		{"all, two", func() ([]merchant.Paper, error) { return s.All(t.Context(), merchant.KindRefund, "", 2) }, "a b"},
		{"all of another", func() ([]merchant.Paper, error) { return s.All(t.Context(), merchant.KindUser, "", 2) }, ""},
	} {
		found, err := test.list()
		if got := ids(found); got != test.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", test.name, got, err, test.want)
		}
	}
}

func ids(papers []merchant.Paper) string {
	var all []string
	for _, p := range papers {
		all = append(all, p.ID)
	}
	return strings.Join(all, " ")
}

func oneWins(t *testing.T, s merchant.Shelf) {
	var won atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if s.Put(context.Background(), Paper("a", 1, "", false)) == nil {
				won.Add(1)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d won", won.Load())
	}
}

// search: the newest first, two of one time by their id backwards, and nothing
// of another kind.
func search(t *testing.T, s merchant.Shelf) {
	file := func(kind merchant.Kind, id, body string) {
		t.Helper()
		Put(t, s, merchant.Paper{Kind: kind, ID: id, Version: 1, AtMS: 7, Body: []byte(body)})
	}
	for id, at := range map[string]int{"W-1": 10, "W-2": 20, "W-3": 20, "W-4": 30} {
		file(merchant.KindSnap, id, fmt.Sprintf(`{"asked_at_ms":%d}`, at))
	}
	file(merchant.KindRefund, "R-1", `{"asked_at_ms":20}`)
	file(merchant.KindSubscription, "K", `{"charges":[{"order_id":"K3","at_ms":30},{"order_id":"K1","at_ms":10}]}`)
	file(merchant.KindSubscription, "L", `{"charges":[{"order_id":"L2","at_ms":20}]}`)
	file(merchant.KindSubscription, "M", `{}`)
	for _, test := range []struct {
		name string
		kind merchant.Kind
		q    merchant.Span
		want string
	}{
		{"pages", merchant.KindSnap, merchant.Span{Limit: 9}, "W-4 W-3 W-2 W-1"},
		{"two pages", merchant.KindSnap, merchant.Span{Limit: 2}, "W-4 W-3"},
		{"the next two", merchant.KindSnap, merchant.Span{Limit: 2, BeforeMS: 20, BeforeOrder: "W-3"}, "W-2 W-1"},
		{"pages of a time", merchant.KindSnap, merchant.Span{Limit: 9, FromMS: 20, ToMS: 30}, "W-3 W-2"},
		{"charges", merchant.KindSubscription, merchant.Span{Limit: 9}, "K3 L2 K1"},
		{"charges after", merchant.KindSubscription, merchant.Span{Limit: 9, BeforeMS: 30, BeforeOrder: "K3"}, "L2 K1"},
		{"charges of a time", merchant.KindSubscription, merchant.Span{Limit: 9, FromMS: 10, ToMS: 20}, "K1"},
	} {
		found, err := s.Search(t.Context(), test.kind, test.q)
		if got := ids(found); got != test.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", test.name, got, err, test.want)
		}
	}
	if _, err := s.Search(t.Context(), merchant.KindSecret, merchant.Span{Limit: 1}); err == nil {
		t.Error("secrets are found")
	}
}

// odd: what a provider may say, and a database may not like.
func odd(t *testing.T, s merchant.Shelf) {
	p := Paper("a", 1, "'; DROP TABLE papers; --", true)
	p.Body = []byte(`{"why":"a\u0000b 'é' \ud83d\ude00 <script>"}`)
	Put(t, s, p)
	found, err := s.Keyed(t.Context(), p.Kind, p.Key, "", 2)
	if err != nil || len(found) != 1 || string(found[0].Body) != string(p.Body) {
		t.Errorf("got %+v, %v", found, err)
	}
}
