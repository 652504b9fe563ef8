package main

import "testing"

func TestBadInputEndsWithOneLine(t *testing.T) {
	program.BadInput(t, map[string]string{
		"-epochs -1":      "-epochs -1: must be at least 0",
		"-batch 0":        "-batch 0: must be at least 1",
		"-lr 0":           "-lr 0: must be a finite number above 0",
		"-lr NaN":         "-lr NaN: must be a finite number above 0",
		"-sede 2":         "flag provided but not defined: -sede (-h lists the flags)",
		"1 0":             "unexpected argument 1 (-h lists the flags)",
		"-plain -batch 4": "-plain trains on one row at a time: want -batch 1, not 4",
	})
}

func TestInterruptEndsBothWaysOfTraining(t *testing.T) {
	program.Interrupted(t, "-no-pictures", "-quiet")
	program.Interrupted(t, "-no-pictures", "-plain", "-quiet")
}
