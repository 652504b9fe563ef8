package cli

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

// itself is what a run says of itself to another one.
var itself = regexp.MustCompile(`\(process \d+ on .*, since \d{4}-\d\d-\d\d \d\d:\d\d\)`)

// Two runs do not write one file at the same time, by whatever name; one after the other they do.
func TestTwoRuns(t *testing.T) {
	nets := Defaults{Epochs: 1, Net: true, Model: "net.h5"}
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	check(t, os.Mkdir(in("out"), 0o755))
	x, linked := in("x.h5"), in("out")
	if err := os.Symlink(in("out"), in("link")); err == nil { // not every user may on Windows
		linked = in("link")
	}
	for _, c := range []struct {
		name          string
		first, second []string
		facts         []string // none: the second run is not refused
	}{
		{"checkpoint", []string{"-checkpoint", x}, []string{"-checkpoint", x}, []string{"-checkpoint " + x}},
		{"net", []string{"-save", x}, []string{"-save", x}, []string{"-save " + x}},
		{"net and checkpoint", []string{"-save", x}, []string{"-checkpoint", x}, []string{"-checkpoint " + x}},
		{"folder", []string{"-out", in("out")}, []string{"-out", linked, "-epochs", "0", "-load", "x"}, []string{"-out "}},
		{"default net", []string{"-out", in("out")}, []string{"-save", filepath.Join(linked, "net.h5")}, []string{"-save "}},
		{"events", []string{"-tensorboard", in("logs")}, []string{"-tensorboard", in("logs")}, []string{"-tensorboard "}},
		{"other files", []string{"-save", x}, []string{"-save", in("y.h5"), "-checkpoint", in("z.h5")}, nil},
		{"help", []string{"-out", in("out")}, []string{"-out", in("out"), "-h"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			second := func() (int, string) {
				code, _, stderr := start(t.Context(), t, nets, done, c.second...)
				return code, stderr
			}
			code, _, stderr := start(t.Context(), t, nets, func(context.Context, *Run) error {
				code, stderr := second()
				if c.facts == nil {
					if code != 0 || stderr != "" {
						t.Errorf("code %d, stderr %q, want a second run", code, stderr)
					}
					return nil
				}
				stderr = itself.ReplaceAllString(stderr, "(THE PROCESS)")
				if linked == in("link") { // one wording on all systems
					stderr = regexp.MustCompile(`([/\\])link\b`).ReplaceAllString(stderr, "${1}out")
				}
				wording.Line(t, stderr, append(c.facts, "xor (THE PROCESS) writes there")...)
				if code != exitFailed {
					t.Errorf("code %d, want %d", code, exitFailed)
				}
				return nil
			}, c.first...)
			if code != 0 || stderr != "" {
				t.Errorf("the first run: code %d, stderr %q", code, stderr)
			}
			if code, stderr := second(); code != 0 || stderr != "" {
				t.Errorf("after the first run: code %d, stderr %q", code, stderr)
			}
		})
	}
	left, err := filepath.Glob(in("*/.*"))
	more, moreErr := filepath.Glob(in(".*"))
	if err != nil || moreErr != nil || len(left)+len(more) != 0 {
		t.Errorf("%v and %v are left", left, more)
	}
}

// A run does not save its net where it keeps its checkpoint, by whatever name.
func TestOneFileForTwoFlags(t *testing.T) {
	dir := t.TempDir()
	check(t, os.Mkdir(filepath.Join(dir, "out"), 0o755))
	if err := os.Symlink(filepath.Join(dir, "out"), filepath.Join(dir, "link")); err != nil {
		t.Logf("this user makes no links: %v", err)
		return
	}
	refused(t, Defaults{Epochs: 1, Net: true}, []string{"-save", filepath.Join(dir, "out", "x.h5"), "-checkpoint",
		filepath.Join(dir, "link", "x.h5")}, "-checkpoint", "-save writes there")
}
