package wire

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// A device proves who it is with a certificate of the backend's own authority.
// It gets one by a code that a person carries from the backend to the device:
//
//	POST /v1/enrol     Enrol   -> Identity  by a code; idempotent for one key
//	POST /v1/renew     Renewal -> Identity  by the certificate, also by one that ran out
//	GET  /v1/identity?overlap= -> Standing  how the backend sees this device
//
// The code itself never travels. Both halves derive a key from it, and prove to
// each other that they have it, over the TLS connection they stand on (RFC 9266):
// so a device trusts the authority that it is handed without having known it, and
// whoever sits between the two holds two connections and proves nothing. That is
// why no fingerprint of the authority is in the code: one short enough to be
// keyed could be met by making a few thousand keys.

// A backend changes its authority while it has two: each device gets a certificate
// of the new one, and that authority to trust, with its next Renewal. So that both
// kinds of devices are met with a certificate that they trust, a device names its
// authority in the TLS greeting, as one of its protocols (ALPN) beside http/1.1:
// AuthorityMark. One that says Overlap does so; others stay with the old authority,
// to which a greeting without a mark is answered.

// AuthorityMark names an authority's certificate (X.509, DER).
func AuthorityMark(authority []byte) string {
	sum := sha256.Sum256(authority)
	return "kasir-ca-" + hex.EncodeToString(sum[:8])
}

// Limits and words of enrolment.
const (
	EnrolDigits   = 12 // of a code, the last one a check digit
	ProofLen      = 32 // bytes of a proof
	BindingLen    = 32 // bytes that both ends export from the connection
	BindingLabel  = "EXPORTER-kasir-enrol"
	SessionHeader = "Kasir-Session" // one life of a device's program: SessionLen hexadecimal digits
	SessionLen    = 16
	// ServerName is the name in the backend's certificate: a device wants this
	// one, not that of an address, which may change or be a load balancer's.
	ServerName = "kasir-backend"

	// codeRounds cost a Pi Zero a second, once. Whoever stood between a device and
	// its backend while it enrolled can guess at home: a modern graphics card
	// needs days for all codes, and a code lasts one.
	codeRounds = 100_000
)

// Enrol asks for a device's first certificate, or after its key was lost.
type Enrol struct {
	Device  string `json:"device"`
	Request []byte `json:"request"`           // PKCS #10, DER: the device's public key, ECDSA P-256
	Proof   []byte `json:"proof"`             // EnrolProof
	Overlap bool   `json:"overlap,omitempty"` // see AuthorityMark
}

// Renewal asks for another certificate.
type Renewal struct {
	Request []byte `json:"request"`           // PKCS #10, DER; of another key only when the backend asked for that
	Overlap bool   `json:"overlap,omitempty"` // see AuthorityMark
}

// Identity is a device's certificate and the authority that it is to trust.
type Identity struct {
	Certificate []byte `json:"certificate"`     // X.509, DER
	Authority   []byte `json:"authority"`       // X.509, DER
	Proof       []byte `json:"proof,omitempty"` // AnswerProof; only in answer to Enrol
}

// Standing is how the backend sees the device that asks.
type Standing struct {
	Device string `json:"device"`
	// Renew: the certificate has less than a third of its life left, by the
	// backend's clock; the device's may be wrong.
	Renew bool `json:"renew,omitempty"`
	// NewKey: the backend wants a Renewal with a new key.
	NewKey bool `json:"new_key,omitempty"`
	// Quarantined says why no new charges are made for it; "" when they are.
	Quarantined string `json:"quarantined,omitempty"`
}

// damm is the table of a check digit that finds every single wrong digit and every
// two neighbours that changed places (H. M. Damm, 2004).
var damm = [10]string{
	"0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
	"3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
}

// CheckDigit is what belongs behind digits.
func CheckDigit(digits string) byte {
	at := byte('0')
	for i := range len(digits) {
		at = damm[at-'0'][digits[i]-'0']
	}
	return at
}

// ReadCode is a code as its digits alone, however people group them; ok is false
// for what cannot be one.
func ReadCode(text string) (digits string, ok bool) {
	digits = strings.NewReplacer(" ", "", "-", "").Replace(text)
	if len(digits) != EnrolDigits || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	return digits, CheckDigit(digits) == '0'
}

// ShowCode is a code in groups of four.
func ShowCode(digits string) string {
	var groups []string
	for ; len(digits) > 4; digits = digits[4:] {
		groups = append(groups, digits[:4])
	}
	return strings.Join(append(groups, digits), "-")
}

// CodeKey is what both halves derive from a code for a device.
func CodeKey(digits, device string) ([]byte, error) {
	return pbkdf2.Key(sha256.New, digits, []byte("kasir enrol\n"+device), codeRounds, ProofLen)
}

// EnrolProof is the device's, over the connection's binding and its request.
func EnrolProof(key, binding, request []byte) []byte {
	return enrolMAC(key, "device", binding, request)
}

// AnswerProof is the backend's, over the same binding and what it hands out.
func AnswerProof(key, binding, certificate, authority []byte) []byte {
	return enrolMAC(key, "backend", binding, certificate, authority)
}

// enrolMAC hashes every part by itself, so that none can run into the next.
func enrolMAC(key []byte, whose string, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("kasir enrol " + whose + "\n"))
	for _, p := range parts {
		sum := sha256.Sum256(p)
		h.Write(sum[:])
	}
	return h.Sum(nil)
}
