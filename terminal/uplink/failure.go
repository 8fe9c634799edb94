package uplink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"kasir/terminal"
)

// failure is why there is no answer, for the till and for the log.
type failure struct {
	trouble terminal.Trouble
	cause   error
}

func (f *failure) Error() string { return fmt.Sprintf("%s: %v", f.trouble, f.cause) }

func (f *failure) Unwrap() error { return f.cause }

// nonsense is the failure of an answer that is not the backend's.
func nonsense(format string, args ...any) error {
	return &failure{terminal.TroubleNonsense, fmt.Errorf(format, args...)}
}

// troubleOf is the trouble in err: none without an error, and nonsense for an
// error that does not say, because then an answer could not be understood.
func troubleOf(err error) terminal.Trouble {
	var f *failure
	switch {
	case err == nil:
		return terminal.NoTrouble
	case errors.As(err, &f):
		return f.trouble
	}
	return terminal.TroubleNonsense
}

// failure names the trouble behind an error of the HTTP client, by what went
// wrong and by how far the request had come.
func (t *trace) failure(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	// The client's own wrapping quotes the address with its query.
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	var (
		op   *net.OpError
		name *net.DNSError
		cert *tls.CertificateVerificationError
		tlsx tls.RecordHeaderError
	)
	hasOp := errors.As(err, &op)
	switch {
	case errors.As(err, &cert), errors.As(err, &tlsx), errors.Is(err, http.ErrSchemeMismatch):
		// Somebody is there, and it is not our backend. (Or the clock is so
		// wrong that no certificate is good; the log has the words.)
		return &failure{terminal.TroubleNonsense, err}
	case hasOp && op.Op == "remote error":
		// A TLS alert: it is a backend, and it does not want this device.
		return &failure{terminal.TroubleRefused, err}
	case !t.connected.Load(), hasOp && op.Op == "dial", errors.As(err, &name):
		return &failure{terminal.TroubleNetwork, err}
	case timeout(err):
		return &failure{terminal.TroubleTimeout, err}
	case !t.spoke.Load(), hasOp, cut(err):
		return &failure{terminal.TroubleNetwork, err}
	}
	return &failure{terminal.TroubleNonsense, err}
}

func timeout(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

// cut reports a connection that ended in the middle of an answer.
func cut(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, io.ErrClosedPipe) || errors.Is(err, net.ErrClosed)
}
