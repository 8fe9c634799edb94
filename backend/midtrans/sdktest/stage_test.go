package sdktest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	sdk "github.com/midtrans/midtrans-go"
	"github.com/midtrans/midtrans-go/coreapi"
	"github.com/midtrans/midtrans-go/snap"

	"kasir/backend/midtrans/sandbox"
)

const serverKey = "SB-Mid-server-abc123cde456"

// stage is a merchant who uses the SDK, and the provider in process.
type stage struct {
	*testing.T
	core coreapi.Client
	snap snap.Client
	box  *sandbox.Sandbox
	url  string              // the provider's
	told chan map[string]any // notifications, payments' and accounts'
}

// elsewhere sends what is meant for the provider's hosts to the sandbox: the
// SDK knows no other way.
type elsewhere struct{ host string }

func (e elsewhere) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = "http", e.host, e.host
	return http.DefaultTransport.RoundTrip(r)
}

func newStage(t *testing.T, o sandbox.Options) *stage {
	t.Helper()
	st := &stage{T: t, told: make(chan map[string]any, 64)}
	shop := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		var note map[string]any
		if json.Unmarshal(b, &note) == nil {
			st.told <- note
		}
	}))
	t.Cleanup(shop.Close)
	o.ServerKey, o.NotifyURL = serverKey, shop.URL
	st.box = sandbox.New(o)
	t.Cleanup(func() { st.box.Close() })
	provider := httptest.NewServer(st.box)
	t.Cleanup(provider.Close)
	st.url = provider.URL
	host, err := url.Parse(provider.URL)
	if err != nil {
		t.Fatal(err)
	}
	quiet := &sdk.LoggerImplementation{LogLevel: sdk.NoLogging} // else it logs the key
	web := &sdk.HttpClientImplementation{HttpClient: &http.Client{Timeout: 10 * time.Second, Transport: elsewhere{host.Host}}, Logger: quiet}
	st.core.New(serverKey, sdk.Sandbox)
	st.snap.New(serverKey, sdk.Sandbox)
	st.core.HttpClient, st.snap.HttpClient = web, web
	return st
}

// hears waits for the next notification that has this value in this field.
func (st *stage) hears(field, want string) map[string]any {
	st.Helper()
	end := time.After(5 * time.Second)
	for {
		select {
		case note := <-st.told:
			if note[field] == want {
				return note
			}
		case <-end:
			st.Fatalf("no notification with %s %q", field, want)
		}
	}
}

// must ends the test on an error of the SDK's.
func must[T any](st *stage) func(v T, err *sdk.Error) T {
	return func(v T, err *sdk.Error) T {
		st.Helper()
		if err != nil {
			st.Fatal(err)
		}
		return v
	}
}

// refused checks an error's code, the way the SDK sees it.
func (st *stage) refused(what string, err *sdk.Error, code int) {
	st.Helper()
	if err == nil || err.StatusCode != code {
		st.Errorf("%s: got %v, want code %d", what, err, code)
	}
}

// charge makes an order the way the SDK's own examples do.
func charge(kind coreapi.CoreapiPaymentType, order string, amount int64) *coreapi.ChargeReq {
	return &coreapi.ChargeReq{PaymentType: kind, TransactionDetails: sdk.TransactionDetails{OrderID: order, GrossAmt: amount}}
}
