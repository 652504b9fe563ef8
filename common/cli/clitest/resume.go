package clitest

import (
	"path/filepath"
	"testing"
)

// Resumes wants of a program that trains a net:
//
//   - two epochs with -checkpoint and two more with -resume end with the same history.csv, but for its seconds, and the
//     same saved net as four, byte by byte;
//   - -resume brings the flags of the run, and refuses other ones.
func (p Program) Resumes(t *testing.T, args ...string) {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	args = append([]string{"-no-pictures", "-seed", "3", "-keep", "best", "-check"}, args...)
	p.Finish(t, file("whole"), append(args, "-epochs", "4", "-save", file("whole/net.h5"))...)
	p.Finish(t, file("half"), append(args, "-epochs", "2", "-save", file("half/net.h5"), "-checkpoint", file("run.h5"))...)
	p.Finish(t, file("rest"), "-resume", file("run.h5"), "-epochs", "4", "-save", file("rest/net.h5"))
	SameRun(t, file("whole"), file("rest"))
	for _, c := range []struct {
		flag  string
		facts []string
	}{
		{"-seed=4", []string{"-seed 4", file("run.h5"), "3"}},
		{"-keep=last", []string{"-keep last", file("run.h5"), "best"}},
		{"-epochs=3", []string{"epoch 4", "3"}},
	} {
		p.Failure(t, []string{"-no-pictures", "-resume", file("run.h5"), c.flag}, c.facts...)
	}
}
