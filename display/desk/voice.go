package desk

import (
	"fmt"
	"net/http"
	"strconv"
)

// sentence is the last thing that was to be said; no file is silence.
type sentence struct {
	n    int
	file []byte // WAV
}

// voice is what a page is told of a sentence.
type voice struct {
	URL string `json:"url"`
}

func (s sentence) url() string {
	if s.file == nil {
		return ""
	}
	return fmt.Sprintf("voice/%d", s.n)
}

// Loud is how loud the tones after it are, as a share of the full volume.
func (w *Web) Loud(share float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.loud = share
}

// Say has every page that is open play a WAV file, instead of what it is
// saying. It never blocks; a page that opens later does not hear it.
func (w *Web) Say(file []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spoken = sentence{w.spoken.n + 1, file}
	for c := range w.watchers {
		c.nudge()
	}
}

// Hush ends what is being said.
func (w *Web) Hush() { w.Say(nil) }

func (w *Web) serveVoice(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	said := w.spoken
	w.mu.Unlock()
	if said.file == nil || r.PathValue("n") != strconv.Itoa(said.n) {
		http.Error(rw, "that was said, and is over", http.StatusGone)
		return
	}
	rw.Header().Set("Content-Type", "audio/wav")
	rw.Header().Set("Content-Length", strconv.Itoa(len(said.file)))
	// A page that has gone is not our trouble.
	_, _ = rw.Write(said.file)
}
