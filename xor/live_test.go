package main

import (
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

func TestLive(t *testing.T) {
	program.Live(t, `{"inputs": [1, 0]}`, []string{"Loss by epoch", "What the net answers", "The net and its weights"}, "-epochs", "40")
}

// A run that is stopped on the page has its pictures too, of the epochs until then, and is told to train longer.
func TestStop(t *testing.T) {
	v := program.Watch(t)
	v.Until("epoch 101", func(s clitest.Seen) bool { return s.Status.Epoch > 100 })
	v.Press(`{"action": "stop"}`)
	v.State("stopped")
	v.Ends("stopped")
	clitest.Contains(t, v.Printed(), "not solved: with these settings the weights have not come as far as in the lecture\n")
	for _, name := range []string{"curves.png", "moments.png", "network.png"} {
		clitest.PNG(t, filepath.Join(v.Out, name))
	}
}
