// Package sandbox is the payment provider, made of Go: an http.Handler that
// charges, answers, signs, notifies, repeats, expires, and lies when told to.
// Everybody's tests and the demo run against it, in process or behind
// cmd/midtrans-sandbox. It imports the standard library, an encoder for QR
// codes, and package midtrans for its signatures, amounts and clock; it must
// know nothing of the backend it is there to try. All time is the standard
// library's, so it runs inside a testing/synctest bubble. Next room to visit:
// backend/midtrans, the client that it answers.
//
// # The provider's paths (Basic authentication with the Server Key)
//
//	POST /v2/charge                        qris and gopay
//	GET  /v2/{id}/status                   id: order id or transaction id
//	POST /v2/{id}/cancel  /v2/{id}/expire
//	POST /v2/{id}/refund  /v2/{id}/refund/online/direct
//	POST /v2/{id}/approve  /v2/{id}/deny   412: nothing here is in doubt
//	POST /v2/capture                       of what a linked wallet reserved
//	POST /v2/pay/account                   link a wallet: see Wallets
//	GET  /v2/pay/account/{id}              new payment option tokens every time
//	POST /v2/pay/account/{id}/unbind
//	POST /v1/subscriptions                 and GET, PATCH /v1/subscriptions/{id}
//	POST /v1/subscriptions/{id}/disable|enable|cancel
//	POST /snap/v1/transactions             a page at redirect_url
//	GET, DELETE /snap/v3/users/{user}/gopay
//	GET  /v2/gopay/promo/{account}         ?gross_amount=N&currency=IDR
//	GET  /v2/qris/{transaction}/qr-code    PNG without a border, no credential
//	GET  /v2/gopay/{transaction}/qr-code
//	GET  /v4/qris/gopay/{reference}/qr-code  PNG in a frame
//
// # The payer's paths (nobody is asked who they are)
//
//	GET  /                                 a page with every open order and a button to pay it
//	GET, POST /snap/v4/redirection/{token} the page: do=qr, app, link (otp, pin, and the number unless
//	                                       the merchant locked it), pay (pin)
//	GET  /v2/gopay/redirect/{link}/link|charge  what the API's links for a wallet's owner lead to;
//	                                       those of a browser (gpar_, gppr_) can be opened once
//	GET, POST /sandbox/app/{transaction}   where deeplink-redirect leads to: pay or do=refuse, then
//	                                       back to callback_url?order_id=ID&result=success|failure
//	GET, POST /sandbox/wallet/{ticket}     the form for PIN and OTP; do=refuse is the other button
//	GET  /sandbox/wallets                  a page with every linked wallet and a button to unlink it
//	GET  /sandbox/accounts                 JSON array of PayAccount, oldest first
//	POST /sandbox/accounts/{id}/link|refuse|expire|unlink|topup
//	GET  /sandbox/pay?qr=TEXT              the page of a phone that scanned TEXT
//	GET  /sandbox/orders                   JSON array of Order, oldest first
//	POST /sandbox/{id}/pay                 ?late=1 also after expiry or cancellation,
//	                                       ?by=app in the wallet instead of by scanning, ?issuer=NAME
//	POST /sandbox/{id}/deny|expire|cancel
//	POST /sandbox/{id}/pin                 ?pin=112233, for a linked wallet that wants it
//	POST /sandbox/{id}/fail                a wrong PIN: nothing happens, as with the real one
//	GET  /sandbox/magic                    JSON array of MagicAmount
//	GET, POST, DELETE /sandbox/faults      read, replace (a JSON array of Fault), clear
//
// A browser gets a page back, everybody else the order as JSON; 404 for an
// order that does not exist, 409 when its state forbids it.
//
// # Faults
//
// A Fault is armed for orders whose id starts with Order ("" is all), for one
// call Op (charge, status, cancel, expire, qr-code, account, promo, refund, capture,
// verdict, snap, user or subscription; "" is every call but the images), and for the next Count times (0: until cleared). Faults are not
// kept in the state file.
// Every fault also has an amount that makes it happen without being armed: see
// Magic.
//
// At most one fault of the first two groups meets a request, the first that
// fits; those of the other groups combine.
//
//	instead of an answer (with After: the call is done first)
//	  error-500      body status code 500 inside HTTP 200
//	  html-502       a gateway's page with HTTP 502
//	  html-403       a firewall's page with HTTP 403
//	  hang           no answer until the caller goes away
//	  in-flight      HTTP 202: an earlier request with the key is still running
//	  cut            half an answer, then the connection is gone
//	  code-402 code-404 code-406 code-410 code-412 code-413 code-429 code-503
//	                 a refusal with that body code (HTTP as documented); After is ignored
//
//	around an answer (the call is done)
//	  slow           Delay passes before the call is done, and it is done even
//	                 when the caller has gone by then
//	  huge           the answer, inflated to 5 MB
//	  drip           the answer, one byte a second
//
//	what is said about a transaction
//	  deny           a charge is denied; Text is the channel code, 900 if empty
//	  no-qr-string   a charge answers without qr_string; the image is there
//	  wrong-amount-qr   tag 54 says Amount
//	  wrong-merchant-qr tag 59 says Text
//	  bad-crc-qr     the checksum of the code is wrong
//	  legacy-qr      the layout of 2021: decimals, amount after the postal code
//	  qr-length      the code has Amount characters, as near as its fields allow
//	  pending-upper  status says PENDING, with status code 200
//	  fee            the payer is charged Amount on top, at settlement
//	  wrong-amount-paid settled with Amount instead
//	  refund-denied  a refund is refused: 202 when it is direct, else 414
//	  false-callback the wallet's app goes back with result=success, and nobody has paid
//	  long-expiry    a custom_expiry over 7 days is refused instead of trimmed
//
//	what happens to notifications (State restricts it to one transaction status)
//	  drop-notification      never sent
//	  duplicate-notification sent twice
//	  reorder-notification   held until the next one of the transaction was sent, or Delay (30 s) is over
//	  delay-notification     sent after Delay
//	  forge-notification     signed with another key
//	  wrong-amount-notification says Amount, signed properly
package sandbox
