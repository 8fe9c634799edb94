package midtrans

import (
	"encoding/json"
	"strings"
	"testing"
)

// What stands in a text, however it is written, is read as encoding/json reads it;
// anything else that is one value stays as it was written.
func TestLoose(t *testing.T) {
	for _, text := range []string{`""`, `"gopay"`, `"Rp\u00a018.500"`, `"kopi \"tubruk\""`, `"a\\"`, `"es téh"`, `"☕"`, `"\ud83d\ude00"`, "\"\xff\xfe\"", `"\ud800"`} {
		var want string
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		var got loose
		if err := json.Unmarshal([]byte(text), &got); err != nil || string(got) != want {
			t.Errorf("%s is read as %q, %v, want %q", text, string(got), err, want)
		}
	}
	for text, want := range map[string]string{"18500": "18500", "123456789012345678": "123456789012345678", "18500.00": "18500.00", "true": "true", "null": ""} {
		got := loose("before")
		if err := json.Unmarshal([]byte(text), &got); err != nil || string(got) != want {
			t.Errorf("%s is read as %q, %v, want %q", text, string(got), err, want)
		}
	}
	for _, text := range []string{`{}`, `["gopay"]`} {
		var got loose
		if err := json.Unmarshal([]byte(text), &got); err == nil || !strings.Contains(err.Error(), "single value") {
			t.Errorf("%s is read as %q, %v, want a refusal", text, string(got), err)
		}
	}
}
