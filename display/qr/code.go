package qr

import (
	"errors"
	"fmt"

	"github.com/skip2/go-qrcode"
)

// Level is how much of a code may be unreadable: about 7, 15, 25 and 30 %.
type Level uint8

// The levels of ISO/IEC 18004.
const (
	L Level = iota
	M
	Q
	H
)

func (l Level) String() string { return "LMQH"[l : l+1] }

// levels are the encoder's names for them, which are not the standard's.
var levels = [...]qrcode.RecoveryLevel{L: qrcode.Low, M: qrcode.Medium, Q: qrcode.High, H: qrcode.Highest}

// MaxText is the longest text that is encoded, in bytes. EMVCo allows 512
// characters in a merchant's code.
const MaxText = 1024

// Code is a symbol: Size x Size modules, without a quiet zone.
type Code struct {
	Version int // 1 to 40
	Level   Level
	Size    int // modules a side: 17 + 4·Version
	dark    []byte
	stride  int
}

// Dark reports whether the module in column x of row y is dark. Outside of the
// symbol is light.
func (c *Code) Dark(x, y int) bool {
	if uint(x) >= uint(c.Size) || uint(y) >= uint(c.Size) {
		return false
	}
	return c.dark[y*c.stride+x>>3]&(0x80>>(x&7)) != 0
}

// Encode makes the smallest symbol that holds text at level.
func Encode(text string, level Level) (c *Code, err error) {
	defer recovered(&err)
	q, err := symbol(text, level)
	if err != nil {
		return nil, err
	}
	q.DisableBorder = true // before Bitmap, which keeps what it made first
	rows := q.Bitmap()
	c = &Code{Version: q.VersionNumber, Level: level, Size: len(rows), stride: (len(rows) + 7) / 8}
	c.dark = make([]byte, c.Size*c.stride)
	for y, row := range rows {
		for x, dark := range row {
			if dark {
				c.dark[y*c.stride+x>>3] |= 0x80 >> (x & 7)
			}
		}
	}
	return c, nil
}

// Versions are the symbol versions a text needs at each Level; 0 where it does
// not fit any.
type Versions [4]int

// Measure finds a text's versions, without making the symbols: that is where
// the time goes.
func Measure(text string) (v Versions, err error) {
	defer recovered(&err)
	for l := L; l <= H; l++ {
		q, err := symbol(text, l)
		if err != nil {
			if l == L {
				return Versions{}, err
			}
			break
		}
		v[l] = q.VersionNumber
	}
	return v, nil
}

func symbol(text string, level Level) (*qrcode.QRCode, error) {
	if text == "" || len(text) > MaxText {
		return nil, fmt.Errorf("encode code: text of %d bytes, want 1 to %d", len(text), MaxText)
	}
	if level > H {
		return nil, fmt.Errorf("encode code: level %d is not known", level)
	}
	q, err := qrcode.New(text, levels[level])
	if err != nil {
		return nil, fmt.Errorf("encode code of %d bytes: %w", len(text), err)
	}
	return q, nil
}

var errPanic = errors.New("encoder panicked")

// recovered makes an error of a panic inside the encoder: it has had some, and
// a till must go on. The panic's words may hold the text; they are not passed on.
func recovered(err *error) {
	if recover() != nil {
		*err = fmt.Errorf("encode code: %w", errPanic)
	}
}

// Encoder remembers the last text, its versions and its symbol: the same code
// is drawn again and again while its time runs. It is for one goroutine.
type Encoder struct {
	text     string
	versions Versions
	code     *Code
}

// Measure is the function Measure, remembered.
func (e *Encoder) Measure(text string) (Versions, error) {
	if text == e.text && text != "" {
		return e.versions, nil
	}
	v, err := Measure(text)
	if err != nil {
		return Versions{}, err
	}
	*e = Encoder{text: text, versions: v}
	return v, nil
}

// Encode is the function Encode, remembered.
func (e *Encoder) Encode(text string, level Level) (*Code, error) {
	if text == e.text && e.code != nil && e.code.Level == level {
		return e.code, nil
	}
	if _, err := e.Measure(text); err != nil {
		return nil, err
	}
	c, err := Encode(text, level)
	if err != nil {
		return nil, err
	}
	e.code = c
	return c, nil
}
