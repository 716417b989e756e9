// Package remote makes a client-service: a service that has no passwords of its own and lets an
// auth-service decide. It speaks the protocol of EasyJWT to it, so that this may be a service of this
// library or one in Django; it mirrors the users and keeps working sensibly while it is down.
//
// [New] takes what [auth.New] takes, and where the auth-service is. Routes, guards and identities stay
// the same:
//
//	service, err := remote.New(auth.Settings{}, auth.In(store), remote.Settings{URL: "https://auth.example.com"})
//
// [Settings.Verify] says how an access token is verified: by asking, here by a shared secret or
// published keys, or both. [Settings.Mirror] says what is copied of users. [NewClient] is the client of
// an auth-service alone.
//
// A service needs a store, so its examples are those of package memstore: rights of mirrored users,
// users of an application's own who are linked, published keys, and tests of the application's routes.
package remote
