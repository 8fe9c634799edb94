package midtrans

import "net/http"

// plain is verdict for Snap and the subscriptions, whose bodies have no status
// code of their own: there the HTTP status counts, but only beside a JSON
// object that reads like theirs; a gateway's page is a doubt as ever. A body
// with a status code is judged by that.
func plain(q call, status int, body []byte) error {
	r, reading := q.readRefusal(body)
	if reading == nil && r.StatusCode != "" {
		_, _, err := verdict(q, status, body, 200, 201)
		return err
	}
	complains := len(r.Errors) > 0 || len(r.Validation) > 0
	switch {
	case status == http.StatusTooManyRequests:
		return r.refused(status, status)
	case reading != nil:
		return q.doubt("HTTP %d: %w", status, reading)
	case (status == http.StatusOK || status == http.StatusCreated) && complains:
		return r.refused(http.StatusBadRequest, status)
	case status == http.StatusOK, status == http.StatusCreated:
		return nil
	case status >= 400 && status < 500 && (complains || r.StatusMessage != "" || certainHTTP[status]):
		return r.refused(status, status)
	}
	return q.doubt("HTTP %d: %s", status, clip(string(r.StatusMessage)))
}
