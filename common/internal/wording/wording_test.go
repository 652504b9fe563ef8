package wording

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// recorder is a test that records its errors.
type recorder struct {
	testing.TB
	problems []string
}

func (r *recorder) Helper()           {}
func (r *recorder) Error(args ...any) { r.problems = append(r.problems, fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

func TestCheck(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "x.h5")
	_, missing := os.Open(path)
	for _, c := range []struct {
		name  string
		err   error
		facts []string
		want  []string // in the problems, in order
	}{
		{"good", errors.New("layer 1: units 0, want at least 1"), []string{"layer 1", "0"}, nil},
		{"system", missing, []string{"x.h5"}, nil},
		{"quoted", fmt.Errorf("resume with %q: %v", path, missing), []string{"x.h5"}, nil},
		{"none", nil, []string{"layer 1"}, []string{"no error"}},
		{"fact", errors.New("layer 1: units 0, want at least 1"), []string{"layer 2"}, []string{`want "layer 2" in it`}},
		{"lines", errors.New("one\ntwo"), []string{"one"}, []string{"want one line"}},
		{"changed", errors.New("units are 0"), []string{"0"}, []string{"as in " + File}},
		{"new", errors.New("units are 0"), []string{"0"}, []string{"is not in " + File}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("WORDING", "") // the entries are written by hand
			r := &recorder{TB: t}
			Check(r, c.err, c.facts...)
			if len(r.problems) != len(c.want) {
				t.Fatalf("problems %q, want %q", r.problems, c.want)
			}
			for i, want := range c.want {
				if !strings.Contains(r.problems[i], want) {
					t.Errorf("problem %q, want %q in it", r.problems[i], want)
				}
			}
		})
	}
}

// A file that is written is read back.
func TestFormat(t *testing.T) {
	entries := map[string][]string{"TestA/b": {"one", "\ttwo"}, "TestC": {"three"}}
	text := format(entries)
	if got := parse(text); len(got) != 2 || !slices.Equal(got["TestA/b"], entries["TestA/b"]) || got["TestC"][0] != "three" {
		t.Errorf("%q is read as %q", text, got)
	}
}

// An entry that no test has checked is found only where all tests ran.
func TestFinish(t *testing.T) {
	t.Setenv("WORDING", "")
	b := &book{want: map[string][]string{"TestA": {"one"}, "TestB": {"two"}}, seen: map[string][]string{"TestA": {"one"}}}
	if err := b.finish(false); err != nil {
		t.Errorf("error %v after some of the tests", err)
	}
	if err := b.finish(true); err == nil || !strings.Contains(err.Error(), "TestB") {
		t.Errorf("error %v after all of them, want one with TestB", err)
	}
}
