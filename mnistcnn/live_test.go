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
	program.Live(t, string(seven), []string{"What is wrong", "The windows of the first convolution"},
		"-epochs", "1", "-limit", "20")
}
