package midtrans

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

const created = `{"status_code":"201","transaction_status":"pending","order_id":"a-1","transaction_id":"t-1","gross_amount":"1.00"}`

// outcome of a call in a word and a number: ok and the status code, refused
// and the code, or unknown.
func outcome(tr Transaction, err error) (string, int) {
	var refused *APIError
	switch {
	case err == nil:
		return "ok", tr.StatusCode
	case errors.Is(err, ErrUnknown) && !errors.As(err, &refused):
		return "unknown", 0
	case errors.As(err, &refused) && !errors.Is(err, ErrUnknown):
		return "refused", refused.Code
	}
	return "neither", 0
}

func TestJudge(t *testing.T) {
	body := func(code string) string { return strings.Replace(created, `"201"`, code, 1) }
	refusal := func(code string) string {
		return `{"status_code":"` + code + `","status_message":"no","id":"r"}`
	}
	for _, c := range []struct {
		name string
		op   string
		http int
		body string
		want string
		code int
	}{
		{"created", "charge", 200, created, "ok", 201},
		{"created, with HTTP 201", "charge", 201, created, "ok", 201},
		{"code as number", "charge", 200, body("201"), "ok", 201},
		{"settled", "status", 200, body(`"200"`), "ok", 200},
		{"expired is success", "expire", 200, body(`"407"`), "ok", 407},
		{"status of an expired one", "status", 200, body(`"407"`), "ok", 407},
		{"deny", "charge", 200, body(`"202"`), "ok", 202},
		{"rejected by fraud detection, no state", "charge", 200, `{"status_code":"202","fraud_status":"deny","order_id":"a-1"}`, "ok", 202},
		{"202 without a state elsewhere", "cancel", 200, `{"status_code":"202","order_id":"a-1"}`, "unknown", 0},
		{"still running", "charge", 202, `{"status_message":"processing"}`, "unknown", 0},
		{"still running, with a code", "charge", 202, `{"status_code":"202"}`, "unknown", 0},
		{"deny with HTTP 202", "charge", 202, body(`"202"`), "ok", 202},

		{"validation", "charge", 400, refusal("400"), "refused", 400},
		{"key", "status", 401, refusal("401"), "refused", 401},
		{"channel", "charge", 200, refusal("402"), "refused", 402},
		{"not found", "status", 200, refusal("404"), "refused", 404},
		{"duplicate", "charge", 200, refusal("406"), "refused", 406},
		{"not modifiable", "cancel", 200, refusal("412"), "refused", 412},
		{"malformed", "charge", 200, refusal("413"), "refused", 413},
		{"rate limit", "charge", 429, refusal("429"), "refused", 429},
		{"rate limit in HTTP 200", "charge", 200, refusal("429"), "refused", 429},
		{"refusal with HTTP 500", "charge", 500, refusal("406"), "refused", 406},
		{"channel code 900", "charge", 200, `{"status_code":"406","channel_response_code":"900"}`, "unknown", 0},

		{"500 in 200", "charge", 200, refusal("500"), "unknown", 0},
		{"503 in 200", "status", 200, refusal("503"), "unknown", 0},
		{"redirect in 200", "status", 200, refusal("301"), "unknown", 0},
		{"no such code", "status", 200, refusal("999"), "unknown", 0},
		{"code is a word", "status", 200, refusal("ok"), "unknown", 0},
		{"code is an object", "status", 200, `{"status_code":{}}`, "unknown", 0},
		{"HTTP 500", "charge", 500, `{"message":"oops"}`, "unknown", 0},
		{"HTTP 502, HTML", "charge", 502, "<html>", "unknown", 0},
		{"HTTP 403, HTML", "charge", 403, "<html>", "unknown", 0},
		{"HTTP 429, HTML", "charge", 429, "<html>", "refused", 429},
		{"HTTP 429, nothing", "charge", 429, "", "refused", 429},
		{"HTTP 200, nothing", "charge", 200, "", "unknown", 0},
		{"HTTP 200, HTML", "charge", 200, "<html>", "unknown", 0},
		{"HTTP 200, array", "charge", 200, "[" + created + "]", "unknown", 0},
		{"HTTP 200, cut", "charge", 200, created[:40], "unknown", 0},
		{"HTTP 200, another API's", "charge", 200, `{"hello":"world"}`, "unknown", 0},
		{"HTTP 400, Snap's", "charge", 400, `{"error_messages":["order_id"]}`, "refused", 400},
		{"HTTP 401, Snap's", "charge", 401, `{"error_messages":["key"]}`, "refused", 401},
		{"HTTP 404 of a gateway", "status", 404, `{"message":"no route"}`, "unknown", 0},
		{"HTTP 408 of a gateway", "charge", 408, `{"message":"slow"}`, "unknown", 0},
		{"HTTP 302", "status", 302, "", "unknown", 0},

		{"another order", "status", 200, strings.Replace(created, "a-1", "a-2", 1), "unknown", 0},
		{"by transaction id", "status", 200, strings.Replace(strings.Replace(created, "a-1", "b-9", 1), "t-1", "a-1", 1), "ok", 201},
		{"no ids", "status", 200, `{"status_code":"200","transaction_status":"settlement"}`, "unknown", 0},
		{"no state", "status", 200, `{"status_code":"200","order_id":"a-1"}`, "unknown", 0},
		{"parts of a rupiah", "status", 200, strings.Replace(created, "1.00", "1.50", 1), "unknown", 0},
	} {
		got, code := outcome(judge(call{op: c.op, id: "a-1"}, c.http, []byte(c.body)))
		if got != c.want || code != c.code {
			t.Errorf("%s: got %s %d, want %s %d", c.name, got, code, c.want, c.code)
		}
	}
}

// TestAnswered: what a repetition with the same key may do twice.
func TestAnswered(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   bool
	}{
		{"500 in 200", answerWith(200, `{"status_code":"500"}`), true},
		{"HTTP 500", answerWith(500, `{"status_message":"oops"}`), true},
		{"still running", answerWith(202, `{"status_code":"202"}`), false},
		{"a gateway's page", answerWith(502, "<html>"), false},
		{"cut", answerWith(200, created[:40]), false},
		{"no answer", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false},
	} {
		_, err := client(t, serve(t, c.answer).URL, Options{}).Status(t.Context(), "a-1")
		var doubt *UnknownError
		if !errors.As(err, &doubt) || doubt.Answered != c.want {
			t.Errorf("%s: got %v, want answered %v", c.name, err, c.want)
		}
	}
}

func TestRefusalTellsWhy(t *testing.T) {
	_, err := judge(call{op: "charge", id: "a-1"}, http.StatusBadRequest, []byte(`{"status_code":"400","status_message":"One or more parameters in the payload is invalid.","validation_messages":["custom_expiry is below minimum threshold"],"id":"r-1","channel_response_code":310}`))
	var got *APIError
	if !errors.As(err, &got) {
		t.Fatalf("got %v", err)
	}
	if got.Code != 400 || got.HTTP != 400 || len(got.Validation) != 1 || got.RequestID != "r-1" || got.ChannelCode != "310" {
		t.Errorf("got %+v", got)
	}
	want := "provider refused: 400 One or more parameters in the payload is invalid.: custom_expiry is below minimum threshold (channel code 310)"
	if err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

func TestHelpers(t *testing.T) {
	for _, c := range []struct {
		is   func(error) bool
		code int
	}{{IsNotFound, 404}, {IsDuplicate, 406}, {IsNotModifiable, 412}} {
		if !c.is(&APIError{Code: c.code}) {
			t.Errorf("%d was not recognised", c.code)
		}
		if c.is(&APIError{Code: 400}) || c.is(nil) || c.is(&UnknownError{Op: "status", Err: errors.New("x")}) {
			t.Errorf("something else was taken for %d", c.code)
		}
	}
	tr, err := judge(call{op: "charge", id: "order104"}, 200, []byte(sample(t, "charge_deny_900.json")))
	if err != nil || tr.Status != StatusDeny || !tr.Retriable() {
		t.Errorf("deny 900: got %q, retriable %v, %v", tr.Status, tr.Retriable(), err)
	}
}
