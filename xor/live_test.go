package main

import (
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

func TestLive(t *testing.T) {
	program.Live(t, `{"inputs": [1, 0]}`, []string{"What the net answers", "The net and its weights"}, "-epochs", "40")
}

// A run that is stopped on the page has its pictures too, of the epochs until then.
func TestStopHasPictures(t *testing.T) {
	v := program.Watch(t, "-epochs", "1000")
	v.Until("epoch 21", func(s clitest.Seen) bool { return s.Status.Epoch > 20 })
	v.Press(`{"action": "stop"}`)
	v.State("stopped")
	v.Ends("stopped")
	for _, name := range []string{"curves.png", "moments.png", "network.png"} {
		clitest.PNG(t, filepath.Join(v.Out, name))
	}
}
