//go:build !race

package main

import (
	"os"
	"testing"
)

// An epoch of 100 steps has a picture of them too. The baseline is shown as the perceptron is.
func TestLive(t *testing.T) {
	seven, err := os.ReadFile("../mnistcnn/testdata/seven.png")
	if err != nil {
		t.Fatal(err)
	}
	pictures := []string{"Where it is most surely wrong", "The net and its weights"}
	program.Live(t, string(seven), append(pictures, "Loss and accuracy by epoch", "Loss and accuracy by step"), "-epochs", "1", "-limit", "100", "-batch", "1")

	v := program.Watch(t, "-no-pictures", "-epochs", "1", "-limit", "50", "-baseline")
	v.Drawn(pictures...)
	v.Ends("done")
}
