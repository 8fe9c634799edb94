package main

import (
	"encoding/json"
	"net/http"
	"reflect"
	"sync"

	"kasir/terminal"
)

// latest is the last view that was put there, for whoever asks.
type latest struct {
	mu   sync.Mutex
	view terminal.View
}

func (l *latest) set(v terminal.View) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.view = v
}

func (l *latest) get() terminal.View {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.view
}

// state is what GET /state beside a web panel tells: the view that can be seen,
// for scripts that would otherwise have to read pixels. It holds no code: that
// is read from the glass, as customers do.
type state struct {
	Screen  string           `json:"screen"`
	Order   terminal.OrderID `json:"order,omitempty"`
	Amount  terminal.Rupiah  `json:"amount,omitempty"`
	Lang    string           `json:"lang"`
	Online  bool             `json:"online"`
	Trouble terminal.Trouble `json:"trouble,omitempty"`
	Unsure  int              `json:"unsure,omitempty"`
	Late    int              `json:"late,omitempty"`
}

func stateOf(v terminal.View) state {
	s := state{Lang: "id", Online: v.Strip.Online, Trouble: v.Strip.Why, Unsure: v.Strip.Unsure, Late: v.Strip.Late}
	for _, l := range langs {
		if l.is == v.Strip.Lang {
			s.Lang = l.word
		}
	}
	if v.Screen == nil {
		return s
	}
	s.Screen = v.Screen.Name()
	// Screens are plain values that call these fields alike.
	value := reflect.ValueOf(v.Screen)
	if f := value.FieldByName("Order"); f.IsValid() {
		s.Order, _ = f.Interface().(terminal.OrderID)
	}
	if f := value.FieldByName("Amount"); f.IsValid() {
		s.Amount, _ = f.Interface().(terminal.Rupiah)
	}
	return s
}

// serveState answers GET /state.
func serveState(shown *latest) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		json.NewEncoder(w).Encode(stateOf(shown.get()))
	}
}
