package wire

import (
	"strings"
	"time"
)

// Update is the newest system there is for a board: the answer to
// GET /v1/updates/{board}. Its bytes are at GET /v1/updates/{board}/{sha256}, in
// ranges as RFC 9110 has them. Nothing of it is believed by a device but what a
// signature inside of it says; SHA256 only tells a whole download from a broken one.
type Update struct {
	Board   string `json:"board"`
	Version string `json:"version"` // see NewerUpdate
	Size    int64  `json:"size"`    // bytes, 1..MaxUpdate
	SHA256  string `json:"sha256"`  // of all of it, 64 hexadecimal digits in small letters
}

// MaxUpdate is the largest bundle, in bytes: as large as a slot of the card.
const MaxUpdate = 256 << 20

// updateTime is how a version begins: when its commit was made, UTC.
const updateTime = "20060102T150405Z"

// ValidUpdateVersion reports whether v is a version of a bundle:
// 20261121T152030Z, or that, a hyphen, and what people call the release.
func ValidUpdateVersion(v string) bool {
	when, called, named := strings.Cut(v, "-")
	if _, err := time.Parse(updateTime, when); err != nil || len(when) != len(updateTime) {
		return false
	}
	if !named {
		return true
	}
	return called != "" && len(called) <= 64 && strings.Trim(called, word+"._+-") == ""
}

const word = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// NewerUpdate reports whether version a is newer than b: its commit was made
// later. What the release is called does not count, so two names of one commit are
// the same version, and a tag that was misspelt cannot be a downgrade. Neither may
// be invalid.
func NewerUpdate(a, b string) bool {
	if !ValidUpdateVersion(a) || !ValidUpdateVersion(b) {
		return false
	}
	return a[:len(updateTime)] > b[:len(updateTime)]
}

// ValidBoard reports whether name is a board's, as buildroot/board calls it.
func ValidBoard(name string) bool {
	return name != "" && len(name) <= 16 && strings.Trim(name, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
}

// ValidSHA256 reports whether sum is a sha256 as Update has it.
func ValidSHA256(sum string) bool {
	return len(sum) == 64 && strings.Trim(sum, "0123456789abcdef") == ""
}
