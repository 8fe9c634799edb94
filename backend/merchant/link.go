package merchant

// LinkAsk is the body of POST /v1/merchant/links. A link id has the form of an
// order id, and is taken from the same numbers, so that neither is ever used
// for two things.
type LinkAsk struct {
	LinkID string `json:"link_id"`
	Phone  string `json:"phone"` // as it is keyed, at most wire.MaxPhone characters
}
