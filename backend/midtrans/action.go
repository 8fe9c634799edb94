package midtrans

// Names of actions.
const (
	ActionQR             = "generate-qr-code"    // an image of the code, without a border
	ActionQRFramed       = "generate-qr-code-v2" // the same in the frame of the QRIS standard
	ActionDeeplink       = "deeplink-redirect"   // opens the wallet on the phone that follows it
	ActionStatus         = "get-status"
	ActionCancel         = "cancel"
	ActionVerifyURL      = "verification-link-url" // PIN page of a browser; can be opened once
	ActionVerifyApp      = "verification-link-app" // PIN page of the wallet's app
	ActionActivateURL    = "activation-link-url"   // linking page of a browser; can be opened once
	ActionActivateApp    = "activation-link-app"   // linking page of the wallet's app
	actionVerifyFormerly = "user-verification"     // deprecated name of the PIN page
	actionActivateOld    = "activation-deeplink"   // deprecated name of the app's linking page
)

// Action is something that can be done with a transaction or a pay account,
// by URL. The URL is the provider's: its host need not be the API's, and its
// scheme may be a wallet's own.
type Action struct {
	Name   string   `json:"name"` // one of the Action... constants
	Method string   `json:"method"`
	URL    string   `json:"url"`
	Fields []string `json:"fields,omitzero"`
}

// find gives the URL of the first action that has one of the names, the first
// name first; "" when there is none.
func find(actions []Action, names ...string) string {
	for _, name := range names {
		for _, a := range actions {
			if a.Name == name {
				return a.URL
			}
		}
	}
	return ""
}

// Action finds the URL of an action by its name; "" when there is none.
func (t Transaction) Action(name string) string { return find(t.Actions, name) }

// Deeplink is where a payer's own phone is sent to pay in the wallet's app; ""
// when the charge has none.
func (t Transaction) Deeplink() string { return t.Action(ActionDeeplink) }

// VerificationURL is the page on which the payer confirms a tokenized charge
// with the wallet's PIN; "" when no PIN is asked for. It is good for
// VerificationLife and can be opened once.
func (t Transaction) VerificationURL() string {
	return find(t.Actions, ActionVerifyURL, actionVerifyFormerly)
}

// VerificationApp is VerificationURL for the phone that has the wallet's app;
// it can be opened again until it ends.
func (t Transaction) VerificationApp() string { return t.Action(ActionVerifyApp) }
