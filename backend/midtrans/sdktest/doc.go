// Package sdktest is somebody else's proof: the provider's official Go SDK,
// unmodified but for the host, is a merchant of the sandbox in its tests, and
// everything succeeds or fails there as the documents say. It has nothing but
// tests, so no program contains the SDK, which must not come near real money:
// it drops the caller's context and logs the Server Key. It may know the
// sandbox and the SDK, nothing of the backend. Next room to visit:
// backend/midtrans/sandbox, the provider that answers; our own client is
// backend/midtrans.
package sdktest
