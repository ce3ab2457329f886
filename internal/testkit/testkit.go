// Package testkit is what the tests of several rooms need: a log that can be read
// while it is written, waiting for a condition, scenarios in txtar files,
// certificates.
//
// It knows no room and nothing but tests imports it. It starts no goroutine.
package testkit
