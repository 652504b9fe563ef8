//go:build linux && amd64 && !race && !purego

package wording

// complete: all tests of a package are built. Some are for one system, or too slow for the race detector.
const complete = true
