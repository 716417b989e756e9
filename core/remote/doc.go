// Package remote makes a client-service: a service that has no passwords of its own and lets an
// auth-service decide. It speaks the protocol of EasyJWT to it, mirrors its users, and keeps working
// sensibly while it is down.
package remote
