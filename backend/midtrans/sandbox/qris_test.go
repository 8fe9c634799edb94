package sandbox

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"kasir/backend/midtrans"
)

func source(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// parse reads a code without the help of what wrote it. The tag "crc" says
// whether the checksum is right, "order" lists the tags as they stand.
func parse(t *testing.T, text string) map[string]string {
	t.Helper()
	out := map[string]string{"crc": "bad"}
	for rest := text; rest != ""; {
		var tag string
		var n int
		if _, err := fmt.Sscanf(rest, "%2s%2d", &tag, &n); err != nil || len(rest) < 4+n || n == 0 {
			t.Fatalf("not tag-length-value at %q of %q", rest, text)
		}
		if _, twice := out[tag]; twice {
			t.Fatalf("tag %s stands twice in %q", tag, text)
		}
		out[tag] = rest[4 : 4+n]
		out["order"] += tag + " "
		rest = rest[4+n:]
	}
	crc := uint32(0xFFFF)
	for _, c := range []byte(text[:len(text)-4]) {
		for bit := 7; bit >= 0; bit-- {
			in := uint32(c) >> bit & 1
			out := crc >> 15 & 1
			crc = crc << 1 & 0xFFFF
			if in != out {
				crc ^= 0x1021
			}
		}
	}
	if out["63"] == fmt.Sprintf("%04X", crc) {
		out["crc"] = "ok"
	}
	return out
}

// official is the code published in the provider's guide.
const official = "00020101021226620014COM.GO-JEK.WWW011993600914349052630340210G4905263030303UKE51440014ID.CO.QRIS.WWW0215AID0607336128660303UKE5204341453033605802ID5904Test6007BANDUNG6105402845409789000.0062475036c032f87c-f773-4619-aefa-675e1f06f9210703A016304A623"

func TestChecksums(t *testing.T) {
	if got := crc16("123456789"); got != 0x29B1 {
		t.Errorf("check value: got %04X, want 29B1", got)
	}
	if got := crc16(official[:len(official)-4]); got != 0xA623 {
		t.Errorf("official sample: got %04X, want A623", got)
	}
	if parse(t, official)["crc"] != "ok" {
		t.Error("this test's own checksum is wrong")
	}
	_, pan, _ := strings.Cut(parse(t, official)["26"], "0119")
	pan = pan[:19]
	if got := luhn(pan[:18]); got != pan[18] {
		t.Errorf("Luhn digit of %s: got %c", pan, got)
	}
}

func TestCode(t *testing.T) {
	s := New(Options{MerchantName: "Warung “Sari”, cabang Jalan Merdeka", City: "Kota Administrasi Jakarta", Seed: 1})
	defer s.Close()
	now := "A120260627040027RveSDZ1xK9ID"
	got := parse(t, s.code(transaction{Amount: 387499, Reference: now}))
	for tag, want := range map[string]string{
		"00": "01", "01": "12", "53": "360", "54": "387499", "58": "ID", "59": "Warung Sari, cabang Jalan", "60": "Kota Administra",
		"crc": "ok", "order": "00 01 26 51 52 53 54 58 59 60 61 62 63 ", "62": "5028" + now + "0703A01",
	} {
		if got[tag] != want {
			t.Errorf("tag %s: got %q, want %q", tag, got[tag], want)
		}
	}
	legacy := qris{merchant: s.merchant, amount: "1.00", reference: now, label: "A01", legacy: true}
	if got, want := parse(t, legacy.text())["order"], "00 01 26 51 52 53 58 59 60 61 54 62 63 "; got != want {
		t.Errorf("legacy: got %s, want %s", got, want)
	}
	// Nothing a name can hold breaks the code.
	for _, name := range []string{"", "店", strings.Repeat("x", 100), "\x00\n"} {
		other := New(Options{MerchantName: name})
		if got := parse(t, other.code(transaction{Amount: 1, Reference: now})); got["crc"] != "ok" || got["59"] == "" {
			t.Errorf("name %q: got %v", name, got)
		}
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestLength makes codes of every length between 150 and 512.
func TestLength(t *testing.T) {
	s := New(Options{MerchantName: "Warung Sari", City: "Malang"})
	defer s.Close()
	for _, amount := range []string{"1", "25000", "10000000"} {
		for length := 150; length <= maxCode; length++ {
			q := qris{merchant: s.merchant, amount: amount, reference: "A120260627040027RveSDZ1xK9ID", label: "A01"}
			q.fit(length)
			text := q.text()
			if len(text) != length {
				t.Fatalf("amount %s: got %d characters, want %d: %s", amount, len(text), length, text)
			}
			if got := parse(t, text); got["crc"] != "ok" || got["54"] != amount || got["59"] != "Warung Sari" || !strings.Contains(got["62"], "ZDZ1xK9ID"[1:]) {
				t.Fatalf("length %d: got %v", length, got)
			}
		}
	}
}

// decode reads a picture with a decoder that is not ours.
func decode(t *testing.T, img image.Image, pure bool) string {
	t.Helper()
	bmp, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	hints := map[gozxing.DecodeHintType]any{}
	if pure {
		hints[gozxing.DecodeHintType_PURE_BARCODE] = true
	}
	res, err := qrcode.NewQRCodeReader().Decode(bmp, hints)
	if err != nil {
		t.Fatal(err)
	}
	return res.GetText()
}

func TestImages(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		for _, payment := range []string{"qris", "gopay"} {
			tr, err := st.api(midtrans.Options{}).Charge(st.Context(), midtrans.ChargeRequest{PaymentType: payment, OrderID: payment, GrossAmount: 1250000})
			st.must(err)
			want := st.Orders()[len(st.Orders())-1].QRString
			for _, action := range []string{"generate-qr-code", "generate-qr-code-v2"} {
				url := tr.Action(action)
				a, err := st.try("GET", strings.TrimPrefix(url, "http://provider"), "", "Authorization", "")
				st.must(err)
				if a.status != 200 || a.header.Get("Content-Type") != "image/png" {
					t.Fatalf("%s: got HTTP %d, %v", url, a.status, a.header)
				}
				img, err := png.Decode(bytes.NewReader(a.body))
				st.must(err)
				plain := action == "generate-qr-code"
				if got := decode(t, img, plain); got != want {
					t.Errorf("%s: got %s, want %s", url, got, want)
				}
				b := img.Bounds()
				modules := b.Dx() / pixelsPerModule
				if plain && (b.Dx() != b.Dy() || b.Dx()%pixelsPerModule != 0 || (modules-17)%4 != 0) {
					t.Errorf("%s: %v is not a code without a border in whole pixels", url, b)
				}
			}
		}
		for _, path := range []string{"/v2/qris/nobody/qr-code", "/v4/qris/gopay/A1nobodyID/qr-code", "/v2/qris/qris/qr-code"} {
			if status, doc := st.call("GET", path, ""); status != 404 || doc["status_code"] != "404" {
				t.Errorf("%s: got HTTP %d, %v", path, status, doc)
			}
		}
	})
}

func TestImageFaults(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		id := st.charge("a", 1)["transaction_id"].(string)
		path := "/v2/qris/" + id + "/qr-code"
		for _, c := range []struct {
			fault  Fault
			status int
			holds  string
		}{
			{Fault{Kind: Code503, Op: OpQRCode}, 200, `"status_code":"503"`},
			{Fault{Kind: HTML502, Op: OpQRCode}, 502, "<html>"},
			{Fault{Kind: Huge, Op: OpQRCode}, 200, "PNG"},
			{Fault{Kind: HTML502}, 200, "PNG"}, // not aimed at images
		} {
			st.must(st.Faults().Set(c.fault))
			a, err := st.try("GET", path, "")
			st.must(err)
			if a.status != c.status || !bytes.Contains(a.body, []byte(c.holds)) || (c.fault.Kind == Huge) != (len(a.body) > hugeAnswer) {
				t.Errorf("%s: got HTTP %d, %d bytes", c.fault.Kind, a.status, len(a.body))
			}
		}
	})
}
