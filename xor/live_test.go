package main

import "testing"

func TestLive(t *testing.T) {
	program.Live(t, `{"inputs": [1, 0]}`, []string{"What the net answers", "The net and its weights"}, "-epochs", "40")
}
