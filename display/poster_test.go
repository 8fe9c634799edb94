package display

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"kasir/display/frame"
)

func posters() map[string]Poster {
	keys := []PosterKey{{"OK", "ya"}, {"C", "tidak"}}
	return map[string]Poster{
		"poster-plain": {Name: "kasir-01", Head: "LAYAR", Lines: []string{"Apakah garis tepi utuh di keempat sisi?"}, Keys: keys},
		"poster-good":  {Name: "kasir-01", Mood: Good, Head: "SEMUA BAIK", Lines: []string{"9 bagian diperiksa."}, Keys: keys[:1]},
		"poster-bad":   {Name: "kasir-01", Mood: Bad, Head: "2 GAGAL", Lines: []string{"tombol: + tidak terbaca", "server: tidak ada jaringan"}, Keys: keys[:1]},
		"poster-code":  {Name: "kasir-01", Head: "PINDAI", Lines: []string{"Pindai dari jarak satu lengan."}, Keys: keys, Code: sampleQR},
	}
}

func TestPosterPictures(t *testing.T) {
	for _, format := range glasses {
		r, f := renderer(t, format), frame.New(format)
		dir := fmt.Sprintf("%dx%d-id", format.Size.X, format.Size.Y)
		for name, p := range posters() {
			if err := r.Poster(f, p); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			checkGolden(t, f, filepath.Join("testdata", "golden", dir, name+".png"))
		}
		Pattern(f)
		checkGolden(t, f, filepath.Join("testdata", "golden", dir, "pattern.png"))
	}
}

// TestPosterTooLarge: the words are there when the code is not.
func TestPosterTooLarge(t *testing.T) {
	r, f, words := renderer(t, glasses[2]), frame.New(glasses[2]), frame.New(glasses[2])
	p := Poster{Head: "PINDAI", Lines: []string{"Pindai."}}
	if err := r.Poster(words, p); err != nil {
		t.Fatal(err)
	}
	p.Code = strings.Repeat("a code for a larger glass ", 40)
	if err := r.Poster(f, p); err == nil {
		t.Error("a code of 1040 characters is no error")
	}
	if !f.Diff(words).Empty() {
		t.Error("the words of a code that does not fit are not there")
	}
	if err := r.Poster(frame.New(glasses[0]), p); err == nil {
		t.Error("a frame of another format is no error")
	}
}
