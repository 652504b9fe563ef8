package main

import (
	"strings"
	"testing"
)

func TestSaveAndLoad(t *testing.T) { program.SaveAndLoad(t) }

func TestResume(t *testing.T) { program.Resumes(t) }

func TestPredict(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(program.Predicts(t, nil, nil, "0,1", "1,1")), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "0,1: 0.") || !strings.HasPrefix(lines[1], "1,1: 0.") {
		t.Errorf("printed %q, want a line for each input", lines)
	}
}

func TestPlainKeepsNoNet(t *testing.T) {
	if got := program.Failure(t, "-plain", "-save", "net.h5"); got != "-plain: not with -save" {
		t.Errorf("the error is %q", got)
	}
}
