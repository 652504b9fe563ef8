//go:build !race

package main

import (
	"os"
	"testing"
)

func TestLive(t *testing.T) {
	seven, err := os.ReadFile("testdata/seven.png")
	if err != nil {
		t.Fatal(err)
	}
	program.Live(t, string(seven), []string{"Loss and accuracy by epoch", "Where it is most surely wrong", "The windows of the first convolution"},
		"-epochs", "1", "-limit", "20")
}
