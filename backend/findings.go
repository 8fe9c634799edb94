package backend

import (
	"errors"
	"net/http"

	"kasir/backend/archive"
	"kasir/backend/reconcile"
	"kasir/backend/wire"
)

// findingRoutes is what an owner's programs ask about the copies of tills' journals.
func (b *Backend) findingRoutes() []route {
	door := b.admitWhere(func() bool { return b.archive != nil }, "this backend keeps no journals")
	return []route{
		{"/v1/merchant/journals", b.desk(methods{http.MethodGet: b.findings}), door},
		{"/v1/merchant/journals/{device}/{journal}", b.desk(methods{http.MethodPost: b.lookInto}), door},
	}
}

// findings is what waits for a person, at most so much as anybody reads.
func (b *Backend) findings(r *http.Request) (any, error) {
	found, err := b.archive.Findings(r.Context(), listPage)
	if err != nil {
		return nil, b.unread(r.Context(), err)
	}
	return found, nil
}

// lookInto notes who has looked into a journal's flag, and what they found.
func (b *Backend) lookInto(r *http.Request) (any, error) {
	var in closing
	if err := readInto(r, &in); err != nil {
		return nil, err
	}
	if !reconcile.GoodWho(in.Who) || !reconcile.GoodReason(in.Reason) {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "who and a reason of 4 to 500 characters are needed"}
	}
	device, journal := r.PathValue("device"), r.PathValue("journal")
	err := b.archive.Look(r.Context(), device, journal, in.Who+": "+in.Reason)
	switch {
	case errors.Is(err, archive.ErrNone):
		return nil, &wire.Error{Code: wire.NotFound, Message: "there is no such journal, or nobody waits for a reason"}
	case err != nil:
		return nil, b.unread(r.Context(), err)
	}
	b.log.InfoContext(r.Context(), "journal looked into by a person", "account", in.Who, "device", device, "journal", journal)
	return b.findings(r)
}
