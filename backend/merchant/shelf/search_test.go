package shelf

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"kasir/backend/merchant"
)

// TestSearch: the newest first, two of one time by their id backwards, and
// nothing of another kind.
func TestSearch(t *testing.T) {
	s := fresh(t, filepath.Join(t.TempDir(), "shelf.db"))
	file := func(kind merchant.Kind, id, body string) {
		t.Helper()
		put(t, s, merchant.Paper{Kind: kind, ID: id, Version: 1, AtMS: 7, Body: []byte(body)})
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
		var ids []string
		for _, p := range found {
			ids = append(ids, p.ID)
		}
		if got := strings.Join(ids, " "); got != test.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", test.name, got, err, test.want)
		}
	}
	if _, err := s.Search(t.Context(), merchant.KindSecret, merchant.Span{Limit: 1}); err == nil {
		t.Error("secrets are found")
	}
}
