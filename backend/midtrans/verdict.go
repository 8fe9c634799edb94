package midtrans

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
)

// refusal is an answer that is not what was asked for, in either dialect: the
// Core API's with a status code, Snap's and the subscriptions' without.
type refusal struct {
	StatusCode     loose    `json:"status_code,omitempty"`
	StatusMessage  loose    `json:"status_message,omitempty"`
	ID             loose    `json:"id,omitempty"`
	Validation     sentence `json:"validation_messages,omitempty"`
	ChannelCode    loose    `json:"channel_response_code,omitempty"`
	ChannelMessage loose    `json:"channel_response_message,omitempty"`
	Errors         sentence `json:"error_messages,omitempty"`
	Locale         loose    `json:"locale,omitempty"`
}

// sentence is a list of complaints. Whatever else stands there is none, and
// must not keep the code beside it from being read.
type sentence []string

func (s *sentence) UnmarshalJSON(b []byte) error {
	var texts []string
	if json.Unmarshal(b, &texts) == nil {
		*s = texts
	}
	return nil
}

// certainHTTP are the refusals one can believe of a body that says nothing.
var certainHTTP = map[int]bool{400: true, 401: true, 402: true, 403: true, 405: true, 413: true, 415: true}

func (r *refusal) refused(code, status int) *APIError {
	e := &APIError{
		Code: code, HTTP: status, Message: string(r.StatusMessage), RequestID: string(r.ID),
		ChannelCode: string(r.ChannelCode), ChannelMessage: string(r.ChannelMessage),
		Validation: append(slices.Clone(r.Validation), r.Errors...),
	}
	if e.Message == "" {
		e.Message = http.StatusText(status)
	}
	return e
}

// doubt says that the outcome of q is unknown, and why.
func (q call) doubt(format string, args ...any) error {
	return &UnknownError{Op: q.op, Err: fmt.Errorf(format, args...)}
}

// readRefusal reads what a refusal would have; an error when the body is not
// one JSON object.
func (q call) readRefusal(body []byte) (refusal, error) {
	var r refusal
	if !isObject(body) {
		return r, errors.New("not a JSON object")
	}
	err := json.Unmarshal(body, &r)
	if q.person {
		r.maskNumbers()
	}
	return r, err
}

// maskNumbers keeps a number that the provider repeats in its complaint out of
// errors, and so out of logs and books.
func (r *refusal) maskNumbers() {
	r.StatusMessage, r.ChannelMessage = loose(maskNumbers(string(r.StatusMessage))), loose(maskNumbers(string(r.ChannelMessage)))
	for _, list := range []sentence{r.Validation, r.Errors} {
		for i, text := range list {
			list[i] = maskNumbers(text)
		}
	}
}

// longDigits are too many to be a code or a sum: they may be somebody's number.
var longDigits = regexp.MustCompile(`\+?[0-9][0-9 ()-]{7,}[0-9]`)

func maskNumbers(text string) string { return longDigits.ReplaceAllString(text, "****") }

// verdict applies the table in the package's documentation: it gives the
// body's status code when it is among good, else the refusal or the doubt.
func verdict(q call, status int, body []byte, good ...int) (int, refusal, error) {
	r, reading := q.readRefusal(body)
	switch {
	case status == http.StatusTooManyRequests && r.StatusCode == "":
		return 0, r, r.refused(status, status)
	case reading != nil:
		return 0, r, q.doubt("HTTP %d: %w", status, reading)
	case r.StatusCode == "" && certainHTTP[status]:
		return 0, r, r.refused(status, status)
	case r.StatusCode == "":
		return 0, r, q.doubt("HTTP %d without a status code in the body", status)
	}
	code, err := strconv.Atoi(string(r.StatusCode))
	switch {
	case err != nil:
		return 0, r, q.doubt("HTTP %d: status code %.20q is not a number", status, string(r.StatusCode))
	case slices.Contains(good, code):
		return code, r, nil
	case code >= 400 && code < 500 && r.ChannelCode != channelTrouble:
		return 0, r, r.refused(code, status)
	}
	return 0, r, q.doubt("HTTP %d, status code %d: %s", status, code, clip(string(r.StatusMessage)))
}
