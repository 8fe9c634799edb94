package sandbox

import (
	"bytes"
	"net/http"
	"strconv"
	"time"
)

const (
	hugeAnswer = 5 << 20
	dripPause  = time.Second
)

// Pages that gateways in front of the API have been seen to answer with.
const (
	badGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
	forbidden  = "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head><title>Attention Required!</title></head>\n<body><h1>Sorry, you have been blocked</h1></body>\n</html>\n"
)

// write sends a reply as it is.
func (s *Sandbox) write(w http.ResponseWriter, rep reply) {
	w.Header().Set("Content-Type", rep.contentType())
	w.Header().Set("Content-Length", strconv.Itoa(len(rep.body)))
	w.WriteHeader(rep.http)
	w.Write(rep.body) // the caller may be gone; that is its affair
}

// answer sends rep, through the fault that met the request.
func (s *Sandbox) answer(w http.ResponseWriter, r *http.Request, fault Fault, rep reply) {
	switch fault.Kind {
	case HTML502:
		page(w, http.StatusBadGateway, badGateway)
	case InFlight:
		s.write(w, running())
	case HTML403:
		page(w, http.StatusForbidden, forbidden)
	case Hang:
		if fault.After {
			s.idle(r, fault)
		}
		panic(http.ErrAbortHandler) // close the connection without a word
	case Cut:
		w.Header().Set("Content-Type", rep.contentType())
		w.Header().Set("Content-Length", strconv.Itoa(len(rep.body)))
		w.Write(rep.body[:len(rep.body)/2])
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case Huge:
		rep.body = inflate(rep)
		s.write(w, rep)
	case Drip:
		s.drip(w, r, rep)
	default:
		s.write(w, rep)
	}
}

func page(w http.ResponseWriter, status int, html string) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.WriteHeader(status)
	w.Write([]byte(html))
}

// inflate makes 5 MB of an answer: a JSON object gets a field nobody knows, an
// image a tail.
func inflate(rep reply) []byte {
	if rep.mime != "" {
		return append(rep.body, make([]byte, hugeAnswer)...)
	}
	head := append([]byte(`{"padding":"`), bytes.Repeat([]byte("x"), hugeAnswer)...)
	return append(append(head, `",`...), bytes.TrimPrefix(rep.body, []byte("{"))...)
}

// drip sends a byte a second.
func (s *Sandbox) drip(w http.ResponseWriter, r *http.Request, rep reply) {
	w.Header().Set("Content-Type", rep.contentType())
	w.WriteHeader(rep.http)
	flusher := http.NewResponseController(w)
	tick := time.NewTicker(dripPause)
	defer tick.Stop()
	for i := range rep.body {
		w.Write(rep.body[i : i+1])
		flusher.Flush()
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
	}
}
