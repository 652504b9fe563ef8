//go:build !linux || !amd64 || race || purego

package wording

const complete = false
