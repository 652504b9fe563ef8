//go:build linux && amd64 && !race && !purego

package wording

// complete means that all tests of a package are built: some are for one system, or too slow for the race detector.
const complete = true
