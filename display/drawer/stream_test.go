package drawer

import (
	"context"
	"image"
	"image/png"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"testing"
)

// stream reads the first picture of a multipart stream of PNGs.
func stream(ctx context.Context, t *testing.T, url string) image.Image {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	_, params, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	part, err := multipart.NewReader(io.LimitReader(resp.Body, 1<<20), params["boundary"]).NextPart()
	if err != nil {
		t.Fatal(err)
	}
	shown, err := png.Decode(part)
	if err != nil {
		t.Fatal(err)
	}
	return shown
}
