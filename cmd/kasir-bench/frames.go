package main

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"image"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"kasir/display/frame"
	"kasir/display/qr"
)

//go:embed peer.py
var peerScript string

// payload is the provider's own sample of a code with a longer reference:
// 273 characters, as long as they usually get.
const payload = "00020101021226620014COM.GO-JEK.WWW011993600914349052630340210G4905263030303UKE" +
	"51440014ID.CO.QRIS.WWW0215AID0607336128660303UKE5204341453033605802ID5925Warung Kopi Bu Tini Bandu6012KOTA BANDUNG" +
	"6105402845409789000.0062475036c032f87c-f773-4619-aefa-675e1f06f9210703A016304A623"

// frames holds text -> 400x300 1-bit frame against Python's qrcode and Pillow,
// round by round in turn.
func frames(ctx context.Context, python string) ([]row, error) {
	peer, err := startPeer(ctx, python)
	if err != nil {
		return nil, fmt.Errorf("measure frames against %s: %w", python, err)
	}
	defer peer.stop()
	format := frame.Format{Size: image.Pt(400, 300)}
	f := frame.New(format)
	v, err := qr.Measure(payload)
	if err != nil {
		return nil, err
	}
	plan, err := qr.Fit(v, 300, 1)
	if err != nil {
		return nil, err
	}
	code, err := qr.Encode(payload, plan.Level)
	if err != nil {
		return nil, err
	}
	var whole, wholePeer, raster, rasterPeer []time.Duration
	for range 15 {
		whole = append(whole, took(func() {
			for range 20 {
				c, _ := qr.Encode(payload, plan.Level)
				_ = c.Draw(f, image.Pt(50, 0), plan)
			}
		})/20)
		raster = append(raster, took(func() {
			for range 2000 {
				_ = code.Draw(f, image.Pt(50, 0), plan)
			}
		})/2000)
		w, r, err := peer.round()
		if err != nil {
			return nil, fmt.Errorf("measure frames against %s: %w", python, err)
		}
		wholePeer, rasterPeer = append(wholePeer, w), append(rasterPeer, r)
	}
	allocs := testing.AllocsPerRun(100, func() { _ = code.Draw(f, image.Pt(50, 0), plan) })
	a, b, c, d := median(whole), median(wholePeer), median(raster), median(rasterPeer)
	return []row{
		{"QR text -> 400x300 1-bit frame / Python qrcode + Pillow", short(a), short(b), over(b, a), 8, true},
		{fmt.Sprintf("raster alone (%.0f allocations) / Python's whole frame", allocs), short(c), short(b), over(b, c), 100, true},
		{"raster alone / Pillow's raster of the same modules", short(c), short(d), over(d, c), 1, true},
	}, nil
}

// peer is a Python that measures a round each time it is asked to, so that
// both sides meet the same machine.
type peer struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

func startPeer(ctx context.Context, python string) (*peer, error) {
	cmd := exec.CommandContext(ctx, python, "-c", peerScript, payload)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &peer{cmd: cmd, in: in, out: bufio.NewScanner(out)}, nil
}

// round is one round's times: the whole frame, and the raster alone.
func (p *peer) round() (whole, raster time.Duration, err error) {
	if _, err := io.WriteString(p.in, "go\n"); err != nil {
		return 0, 0, err
	}
	if !p.out.Scan() {
		return 0, 0, fmt.Errorf("it ended: it needs the modules qrcode and PIL")
	}
	words := strings.Fields(p.out.Text())
	if len(words) != 2 {
		return 0, 0, fmt.Errorf("it said %q", p.out.Text())
	}
	w, err1 := strconv.ParseInt(words[0], 10, 64)
	r, err2 := strconv.ParseInt(words[1], 10, 64)
	if err1 != nil || err2 != nil {
		return 0, 0, fmt.Errorf("it said %q", p.out.Text())
	}
	return time.Duration(w), time.Duration(r), nil
}

func (p *peer) stop() {
	p.in.Close()
	_ = p.cmd.Wait()
}
