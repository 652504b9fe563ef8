package main

import "testing"

func TestLive(t *testing.T) {
	program.Live(t, `{"inputs": [5.1, 3.5, 1.4, 0.2]}`,
		[]string{"Loss and accuracy by epoch", "Which class it takes for which", "The net and its weights"}, "-epochs", "40")
}
