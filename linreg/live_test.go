package main

import "testing"

func TestLive(t *testing.T) {
	program.Live(t, `{"inputs": [60, 40]}`, []string{"Loss by epoch", "The model's plane", "The net and its weights"}, "-epochs", "40")
}
