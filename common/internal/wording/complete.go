//go:build linux && amd64 && !race && !purego

package wording

// complete tells whether a package's tests are all built: some are for one system, or too slow for the race detector.
const complete = true
