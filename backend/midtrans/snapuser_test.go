package midtrans

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

const snapNobody = `{"error_messages":["account not found"],"locale":"en"}`

// snapUsers answers as documented: the GET names the user of the path, the
// DELETE only what became of the account.
func snapUsers(linked map[string]bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := strings.Split(r.URL.Path, "/")[4]
		switch {
		case !linked[id]:
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, snapNobody)
		case r.Method == http.MethodDelete:
			delete(linked, id)
			io.WriteString(w, `{"account_status":"DISABLED","phone_number":"****3424"}`)
		default:
			io.WriteString(w, `{"user_id":"`+id+`","account_status":"ENABLED","balance":"8000000.00","phone_number":"****1283","account_id":"bb2fb8cc-d754-4390-b62f-01fb3fc1517c"}`)
		}
	}
}

func TestSnapUser(t *testing.T) {
	id := user(t, "customer 17")
	p := serve(t, snapUsers(map[string]bool{id.String(): true}))
	var log bytes.Buffer
	c := client(t, p.URL, Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	u, err := c.SnapUser(t.Context(), id)
	if balance, ok := u.Rupiah(); err != nil || u.UserID != id.String() || u.AccountID != "bb2fb8cc-d754-4390-b62f-01fb3fc1517c" || balance != 8_000_000 || !ok || u.PhoneNumber != "****1283" {
		t.Fatalf("got %+v, %v", u, err)
	}
	r := p.took()
	if got := r.method + " " + r.path; got != "GET /snap/v3/users/"+id.String()+"/gopay" || !strings.HasPrefix(r.header.Get("Authorization"), "Basic ") {
		t.Errorf("got %s", got)
	}
	if _, err := c.SnapUser(t.Context(), user(t, "somebody else")); !IsNotFound(err) || ReasonOf(err) != ReasonNotFound {
		t.Errorf("nobody: got %v", err)
	}
	if u, err = c.SnapUnlink(t.Context(), id); err != nil || u.AccountStatus != AccountDisabled || u.UserID != "" {
		t.Errorf("unlink: got %+v, %v", u, err)
	}
	if r := p.took(); r.method != http.MethodDelete || r.body != "" {
		t.Errorf("got %s %q", r.method, r.body)
	}
	if _, err = c.SnapUnlink(t.Context(), id); !IsNotFound(err) {
		t.Errorf("again: got %v", err)
	}
	whole := SnapUser{UserID: id.String(), AccountID: "b", AccountStatus: AccountEnabled, Balance: "8000000.00", PhoneNumber: "81234561283"}
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		if got, want := fmt.Sprintf(verb, whole), "account b (ENABLED, ****1283)"; got != want {
			t.Errorf("%s: got %s, want %s", verb, got, want)
		}
	}
	if strings.Contains(log.String(), id.String()) {
		t.Errorf("whoever reads the log can read balances: %s", &log)
	}
	p.took()
	if got, _ := outcome(Transaction{}, second(c.SnapUser(t.Context(), UserID{}))); got != "refused" || p.took() != nil {
		t.Errorf("no user: got %s", got)
	}
}

// second drops what came with an error.
func second[T any](_ T, err error) error { return err }

func TestJudgeSnapUser(t *testing.T) {
	id := user(t, "x").String()
	found := `{"user_id":"` + id + `","account_status":"ENABLED","balance":"8000000.00","account_id":"b"}`
	for _, c := range []struct {
		name, want string // want of the account
		http       int
		body       string
		word       string
		code       int
	}{
		{"enabled", AccountEnabled, 200, found, "ok", 0},
		{"plain number, country", AccountEnabled, 200, strings.Replace(found, "{", `{"phone_number":"8123456789","country_code":62,`, 1), "ok", 0},
		{"disabled since", AccountEnabled, 200, strings.Replace(found, "ENABLED", "DISABLED", 1), "ok", 0},
		{"unlinked", AccountDisabled, 200, `{"account_status":"DISABLED"}`, "ok", 0},
		{"nobody", AccountEnabled, 404, snapNobody, "refused", 404},
		{"nobody, in 200", AccountEnabled, 200, snapNobody, "refused", 404},
		{"nobody, in 400", AccountDisabled, 400, snapNobody, "refused", 404},
		{"key", AccountEnabled, 401, snap401, "refused", 401},
		{"somebody else", AccountEnabled, 200, strings.Replace(found, id, "testww1", 1), "unknown", 0},
		{"of nobody", AccountEnabled, 200, `{"account_status":"ENABLED"}`, "unknown", 0},
		{"no state", AccountEnabled, 200, `{"user_id":"` + id + `"}`, "unknown", 0},
		{"unlinked, yet enabled", AccountDisabled, 200, `{"account_status":"ENABLED"}`, "unknown", 0},
		{"object as state", AccountEnabled, 200, strings.Replace(found, `"ENABLED"`, "{}", 1), "unknown", 0},
		{"HTML", AccountEnabled, 404, "<html>", "unknown", 0},
		{"gateway's 404", AccountEnabled, 404, `{"message":"no route"}`, "unknown", 0},
		{"trouble", AccountDisabled, 500, snap500, "unknown", 0},
		{"nothing", AccountDisabled, 200, "", "unknown", 0},
	} {
		_, err := judgeSnapUser(call{op: "snap user"}, id, c.want, c.http, []byte(c.body))
		if word, code := outcome(Transaction{}, err); word != c.word || code != c.code {
			t.Errorf("%s: got %s %d, want %s %d (%v)", c.name, word, code, c.word, c.code, err)
		}
	}
}

func TestUserID(t *testing.T) {
	a, b := user(t, "budi@example.com"), user(t, "siti@example.com")
	if len(a.String()) > MaxUserID || a == b || strings.Contains(a.String(), "budi") || a != user(t, "budi@example.com") {
		t.Errorf("got %s and %s", a, b)
	}
	other, err := DeriveUserID([]byte("another salt, as long"), "budi@example.com")
	if err != nil || other == a {
		t.Errorf("the salt makes no difference: %v", err)
	}
	// RFC 4231, case 6 and 7 have the key of 131 bytes; case 7's data is text.
	key := bytes.Repeat([]byte{0xaa}, 131)
	known, err := DeriveUserID(key, "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.")
	if want := "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"; err != nil || known.String() != want {
		t.Errorf("got %s, %v", known, err)
	}
	stored, err := StoredUserID(a.String())
	if err != nil || stored != a {
		t.Errorf("stored: got %v, %v", stored, err)
	}
	if text, err := json.Marshal(a); err != nil || string(text) != `"`+a.String()+`"` {
		t.Errorf("got %s, %v", text, err)
	}
	for _, text := range []string{"", "testww1", "budi@example.com", strings.ToUpper(a.String()), a.String()[2:], strings.Repeat("z", 128)} {
		if _, err := StoredUserID(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
	if _, err := DeriveUserID([]byte("short"), "x"); err == nil {
		t.Error("a short salt was taken")
	}
	if _, err := DeriveUserID(key, ""); err == nil {
		t.Error("no customer was taken")
	}
}
