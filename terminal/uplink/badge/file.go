package badge

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"kasir/backend/wire"
)

const maxFile = 16 << 10 // bytes

const (
	keyType  = "PRIVATE KEY"
	certType = "CERTIFICATE"
)

// load reads papers; nil when there are none. Errors quote nothing of a key.
func load(path, device string) (*papers, error) {
	blocks, err := readPEM(path)
	if err != nil || blocks == nil {
		return nil, err
	}
	if len(blocks) != 3 || blocks[0].Type != keyType {
		return nil, errors.New("it does not hold a key and two certificates")
	}
	p := &papers{}
	if p.key, err = parseKey(blocks[0].Bytes); err != nil {
		return nil, err
	}
	if p.cert, err = x509.ParseCertificate(blocks[1].Bytes); err != nil {
		return nil, err
	}
	if p.authority, err = x509.ParseCertificate(blocks[2].Bytes); err != nil {
		return nil, err
	}
	return p, p.check(device)
}

// check says what does not fit together.
func (p *papers) check(device string) error {
	switch {
	case !p.key.PublicKey.Equal(p.cert.PublicKey):
		return errors.New("the certificate is not for this key")
	case p.cert.Subject.CommonName != device:
		return fmt.Errorf("the certificate is for %.32q, and this device is %s", p.cert.Subject.CommonName, device)
	}
	if err := p.cert.CheckSignatureFrom(p.authority); err != nil {
		return fmt.Errorf("the certificate is not of this authority: %w", err)
	}
	return nil
}

func (p *papers) save(path string) error {
	der, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		return err
	}
	return writePEM(path, &pem.Block{Type: keyType, Bytes: der},
		&pem.Block{Type: certType, Bytes: p.cert.Raw}, &pem.Block{Type: certType, Bytes: p.authority.Raw})
}

// waiting is the key that waits for a certificate; it is made when there is none,
// and is on the card before anybody hears of it: the answer may be lost.
func (b *Badge) waiting() (*ecdsa.PrivateKey, error) {
	path := b.Path + ".key"
	blocks, err := readPEM(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if len(blocks) == 1 && blocks[0].Type == keyType {
		if key, err := parseKey(blocks[0].Bytes); err == nil {
			return key, nil
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	if err := writePEM(path, &pem.Block{Type: keyType, Bytes: der}); err != nil {
		return nil, fmt.Errorf("write key: %w", err)
	}
	return key, nil
}

// take makes papers the badge's, on the card first.
func (b *Badge) take(key *ecdsa.PrivateKey, id wire.Identity) error {
	p := &papers{key: key}
	var err error
	if p.cert, err = x509.ParseCertificate(id.Certificate); err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	if p.authority, err = x509.ParseCertificate(id.Authority); err != nil {
		return fmt.Errorf("read authority: %w", err)
	}
	if err := p.check(b.Device); err != nil {
		return err
	}
	if err := p.save(b.Path); err != nil {
		return fmt.Errorf("write badge: %w", err)
	}
	b.wear(p)
	return nil
}

// settled forgets the key that waited.
func (b *Badge) settled() error {
	if err := os.Remove(b.Path + ".key"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove key: %w", err)
	}
	return nil
}

func parseKey(der []byte) (*ecdsa.PrivateKey, error) {
	any, err := x509.ParsePKCS8PrivateKey(der)
	key, ok := any.(*ecdsa.PrivateKey)
	if err != nil || !ok {
		return nil, errors.New("its key cannot be read")
	}
	return key, nil
}

// readPEM is what a file holds; nil when there is none.
func readPEM(path string) ([]*pem.Block, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && info.Size() > maxFile {
		err = errors.New("it is too large")
	}
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	blocks := []*pem.Block{}
	for {
		var one *pem.Block
		if one, text = pem.Decode(text); one == nil {
			return blocks, nil
		}
		blocks = append(blocks, one)
	}
}

// writePEM makes path hold blocks, for its owner's eyes. A power cut leaves the
// old file or the new one.
func writePEM(path string, blocks ...*pem.Block) error {
	next := path + ".new"
	// One that was left by a power cut may have another's mode.
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	for _, one := range blocks {
		err = errors.Join(err, pem.Encode(f, one))
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// decode reads an answer that says it is the backend's.
func decode(status int, text []byte, into any) error {
	if len(text) > wire.MaxBody {
		return fmt.Errorf("read answer: it is over %d bytes", wire.MaxBody)
	}
	if status != http.StatusOK {
		no := new(wire.Error)
		if json.Unmarshal(text, no) == nil && no.Code != "" && wire.Status(no.Code) == status {
			return no
		}
		return fmt.Errorf("%w: status %d, and not in the backend's words", ErrStranger, status)
	}
	if json.Unmarshal(text, into) != nil {
		return fmt.Errorf("%w: the answer is not in the backend's words", ErrStranger)
	}
	return nil
}

// ErrStranger is an answer that is not the backend's: a captive portal, another
// server, or somebody who stands between.
var ErrStranger = errors.New("who answers is not the backend")
