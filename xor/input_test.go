package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBadInputEndsWithOneLine(t *testing.T) {
	for _, c := range []struct {
		args string
		want string
	}{
		{"-epochs -1", "-epochs -1: must be at least 1"},
		{"-batch 0", "-batch 0: must be at least 1"},
		{"-lr 0", "-lr 0: must be a finite number above 0"},
		{"-lr NaN", "-lr NaN: must be a finite number above 0"},
		{"-sede 2", "-sede"},
		{"1 0", "unexpected argument 1"},
		{"-plain -batch 4", "-plain trains on one row at a time: want -batch 1, not 4"},
	} {
		out := t.TempDir()
		args := append([]string{"-quiet"}, strings.Fields(c.args)...)
		code, stdout, stderr := xor(t.Context(), out, args...)
		if code != 1 || stdout != "" || strings.Count(stderr, "\n") != 1 ||
			!strings.HasPrefix(stderr, "xor: ") || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d, standard output %q, standard error %q, want 1, nothing and one line with %q",
				c.args, code, stdout, stderr, c.want)
		}
		if _, err := os.Stat(filepath.Join(out, "history.csv")); !os.IsNotExist(err) {
			t.Errorf("%s: history.csv: %v, want no such file", c.args, err)
		}
	}
}

func TestInterruptEndsBothWaysOfTraining(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{{"-no-pictures"}, {"-no-pictures", "-plain"}} {
		if code, _, stderr := xor(ctx, t.TempDir(), append(args, "-quiet")...); code != 130 || stderr != "xor: interrupted\n" {
			t.Errorf("%v: exit code %d, standard error %q, want 130", args, code, stderr)
		}
	}
}
