//go:build unix

package main

import "strings"

// runTwice starts a second run with a file or the folder of a running one. The second one must be refused by a line
// that names what they share, and the first one must have the bits of an undisturbed run.
func runTwice(t *trial) error {
	r := pick(t, trainings...)
	whole, err := t.undisturbed(r.program, r.flags())
	if err != nil {
		return err
	}
	first := map[string]string{"-out": t.path("out"), "-save": t.path("out/net.h5"), "-checkpoint": t.path("run.h5")}
	second := map[string]string{"-out": t.path("out2"), "-save": t.path("net2.h5"), "-checkpoint": t.path("run2.h5")}
	shared := pick(t, "-out", "-save", "-checkpoint")
	second[shared] = first[shared]
	args := func(files map[string]string) []string {
		return append(r.flags(), "-out", files["-out"], "-save", files["-save"], "-checkpoint", files["-checkpoint"])
	}
	a, err := t.start("", r.program, args(first)...)
	if err != nil {
		return err
	}
	a.prints("Epoch 1/")
	b, err := t.start("", r.program, args(second)...)
	if err != nil {
		return err
	}
	switch trains := b.prints("Epoch 1/"); {
	case trains && a.runs():
		t.fault("two runs with the same %s: the second one trains too, want a refusal", shared)
	case !trains && b.code() != 0:
		t.end(b, 1)
		if said := b.stderr.String(); !strings.Contains(said, first[shared]) || strings.Count(said, "\n") != 1 {
			t.fault("two runs with the same %s: the second one prints %q, want a line with %s", shared, short(said),
				first[shared])
		}
	}
	t.end(a, 0)
	t.end(b, 0, 1)
	if b.code() == 1 {
		t.same(r.program, t.path("out"), whole.out)
	}
	return nil
}
