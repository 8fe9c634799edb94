package terminal

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"
)

// A till that has sold for years must not read all of that before it sells
// again. Now and then it writes down what its journal adds up to, as a row like
// any other, with the hash of all rows before it. A start begins with the last
// such row; whoever reads from the beginning finds out whether it was true.

const (
	// snapshotEvery is how many records lie between two snapshots at least.
	snapshotEvery = 1000
	// imageVersion says what a Book is and how records add up to one. It grows
	// with every change of that; snapshots of another version count for nothing.
	imageVersion = 4

	maxImage    = 4 << 20  // bytes of a Book, written out
	maxSnapshot = 48 << 10 // bytes of one in a record; the journal takes 64 kB
)

// ErrSnapshot: a snapshot is not what the records before it add up to.
var ErrSnapshot = errors.New("a snapshot does not agree with the records before it")

// image is a Book as a snapshot has it.
type image struct {
	Joined bool       `json:"joined,omitempty"`
	Next   int64      `json:"next"`
	Epoch  string     `json:"epoch,omitempty"`
	Cursor int64      `json:"cursor,omitempty"`
	Open   []Charge   `json:"open,omitempty"`
	Unseen []Charge   `json:"unseen,omitempty"`
	Alarms []Alarm    `json:"alarms,omitempty"`
	Coded  []Charge   `json:"coded,omitempty"`
	Past   []Charge   `json:"past,omitempty"`
	Link   Link       `json:"link"`
	Unlink []Unlinks  `json:"unlinks,omitempty"`
	Paid   []paidPage `json:"paid,omitempty"`

	Shift     Shift      `json:"shift"`
	Overrides []Override `json:"overrides,omitempty"`
	Shifts    []Done     `json:"shifts,omitempty"`
	Crew      []Operator `json:"crew,omitempty"`
	WrongPINs int        `json:"wrong_pins,omitempty"`
	Volume    int        `json:"volume,omitempty"`
	Light     int        `json:"light,omitempty"`
}

// paidPage is one page of numbers.
type paidPage struct {
	Name string `json:"name"`
	Page int    `json:"page"`
	Bits []byte `json:"bits"`
}

func imageOf(b Book) image {
	i := image{Joined: b.Joined, Next: b.Next, Epoch: b.Epoch, Cursor: b.Cursor, Open: b.Open, Unseen: b.Unseen,
		Alarms: b.Alarms, Coded: b.Coded, Past: b.Past, Link: b.Link, Unlink: b.Unlinks,
		Shift: b.Shift, Overrides: b.Overrides, Shifts: b.Shifts, Crew: b.Crew, WrongPINs: b.WrongPINs, Volume: b.Volume, Light: b.Light}
	for _, d := range b.paid.names {
		for n, bits := range d.pages {
			if bits != "" {
				i.Paid = append(i.Paid, paidPage{d.name, n, []byte(bits)})
			}
		}
	}
	return i
}

// book is the image as a Book.
func (i image) book() (Book, error) {
	b := Book{Joined: i.Joined, Next: i.Next, Epoch: i.Epoch, Cursor: i.Cursor, Open: i.Open, Unseen: i.Unseen,
		Alarms: i.Alarms, Coded: i.Coded, Past: i.Past, Link: i.Link, Unlinks: i.Unlink,
		Shift: i.Shift, Overrides: i.Overrides, Shifts: i.Shifts, Crew: i.Crew, WrongPINs: i.WrongPINs, Volume: i.Volume, Light: i.Light}
	for _, p := range i.Paid {
		if p.Page < 0 || p.Page > MaxOrders/pageNumbers || len(p.Bits) != pageNumbers/8 {
			return Book{}, fmt.Errorf("%w: page %d of %d bytes", ErrSnapshot, p.Page, len(p.Bits))
		}
		b.paid = b.paid.withPage(p.Name, p.Page, string(p.Bits))
	}
	return b, nil
}

// Snapshot is what b adds up to as a record, at that time of day. ok is false
// for a Book that is too large for one: then a start reads more.
func Snapshot(b Book, at time.Time) (r Record, ok bool) {
	text, _ := json.Marshal(imageOf(b)) // nothing in it can fail, nor below
	var small bytes.Buffer
	w, _ := flate.NewWriter(&small, flate.BestSpeed)
	_, _ = w.Write(text)
	_ = w.Close()
	r = Record{Kind: KindSnapshot, Count: imageVersion, Image: base64.StdEncoding.EncodeToString(small.Bytes()), At: at.UnixMilli()}
	return r, len(text) <= maxImage && len(r.Image) <= maxSnapshot
}

// image reads a snapshot back.
func (r Record) image() (i image, err error) {
	packed, err := base64.StdEncoding.DecodeString(r.Image)
	if err != nil {
		return image{}, fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxImage+1))
	if err == nil && len(text) > maxImage {
		err = errors.New("it is too large")
	}
	if err == nil {
		err = json.Unmarshal(text, &i)
	}
	if err != nil {
		return image{}, fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	return i, nil
}

// take adds a snapshot to a fold: the first record is where the book begins,
// any other must be what the records before it came to.
func (b *Book) take(r Record, first bool) error {
	if r.Count != imageVersion {
		if first {
			return fmt.Errorf("%w: it is of version %d, this program's is %d", ErrSnapshot, r.Count, imageVersion)
		}
		return nil
	}
	i, err := r.image()
	if err != nil {
		return err
	}
	if first {
		*b, err = i.book()
		return err
	}
	text, _ := json.Marshal(imageOf(*b))
	var now image
	_ = json.Unmarshal(text, &now)
	if !reflect.DeepEqual(now, i) {
		return ErrSnapshot
	}
	return nil
}

// snapshot is the record that is due, when nobody is using the till.
func (s State) snapshot(now Moment) (r Record, ok bool) {
	if _, idle := s.Screen.(Idle); !idle || s.Book.fresh < snapshotEvery {
		return Record{}, false
	}
	return Snapshot(s.Book, now.Wall)
}
