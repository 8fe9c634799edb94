package midtrans

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// loose is a scalar that the provider writes as a string in one place and as a
// number in another. It keeps the text verbatim, digits and all: signatures
// are made of it, and a refund id of 18 digits does not survive a float.
type loose string

func (l *loose) UnmarshalJSON(b []byte) error {
	switch {
	case bytes.Equal(b, []byte("null")):
		*l = ""
	case b[0] == '"' && bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b): // as nearly every: it stands for itself
		*l = loose(b[1 : len(b)-1])
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return fmt.Errorf("read text: %w", err)
		}
		*l = loose(s)
	case b[0] == '{' || b[0] == '[':
		return fmt.Errorf("read text: found %q where a single value was expected", b[0])
	default:
		*l = loose(b)
	}
	return nil
}

// numeric is loose to read, and written as a number.
type numeric loose

func (n *numeric) UnmarshalJSON(b []byte) error { return (*loose)(n).UnmarshalJSON(b) }

// MarshalJSON writes the digits as they are; encoding/json checks that they are
// a number.
func (n numeric) MarshalJSON() ([]byte, error) { return []byte(n), nil }
