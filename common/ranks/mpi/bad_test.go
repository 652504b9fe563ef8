//go:build mpi && linux

package mpi

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What cannot be trained together ends on all ranks, with a code and one line of rank 0, among mpirun's own.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	flowers, err := os.ReadFile("../../dataset/iris.csv")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"a.csv": string(flowers), "b.csv": strings.Replace(string(flowers), "5.1,3.5", "5.2,3.5", 1)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	iris, out := program("iris"), "-no-pictures -out "+filepath.Join(dir, "out")
	for _, c := range []struct {
		name  string
		args  []string
		facts []string
	}{
		{"built without MPI", []string{"-np 2 " + program("iris-without") + " " + out}, []string{"2 ranks", "-tags mpi"}},
		{"other flags", []string{"-np 1 " + iris + " -epochs 3 " + out, "-np 1 " + iris + " -epochs 4 " + out},
			[]string{"rank 1", "-epochs 4", "3"}},
		{"other data", []string{"-np 1 " + iris + " -data a.csv " + out, "-np 1 " + iris + " -data b.csv " + out},
			[]string{"rank 1", "training data", "CRC-32C"}},
		{"no data on one", []string{"-np 1 " + iris + " -data a.csv " + out, "-np 1 " + iris + " -data c.csv " + out},
			[]string{"rank 1", "c.csv"}},
		{"another build", []string{"-np 1 " + iris + " " + out, "-np 1 " + program("iris-other") + " " + out},
			[]string{"rank 1", "executable"}},
		{"another program", []string{"-np 1 " + iris + " " + out, "-np 1 " + program("xor") + " -batch 4 " + out},
			[]string{"rank 1", "program xor", "iris"}},
		{"a small batch", []string{"-np 4 " + iris + " -batch 3 " + out}, []string{"-batch 3", "4 ranks"}},
		{"a study", []string{"-np 2 " + iris + " -study seeds " + out}, []string{"-study", "2 ranks"}},
		{"an unknown flag", []string{"-np 2 " + iris + " -what " + out}, []string{"-what"}},
		{"prediction", []string{"-np 2 " + iris + " -load net.h5 -predict 1,2,3,4"}, []string{"-predict", "2 ranks"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // mpirun waits a second or two before it ends the others
			j := begin(t, dir, nil, strings.Fields(strings.Join(c.args, " : "))...)
			code := j.wait(limit)
			said := append(j.said("iris"), j.said("xor")...)
			missing := func(fact string) bool { return !strings.Contains(said[0], fact) }
			if code != 1 || len(said) != 1 || slices.ContainsFunc(c.facts, missing) {
				t.Errorf("exit code %d, said %q, want 1 and one line with %q", code, said, c.facts)
			}
			if _, err := os.Stat(filepath.Join(dir, "out", "history.csv")); err == nil {
				t.Error("it left a history")
			}
		})
	}
}

// Only rank 0 writes: the others leave nothing in the folders where they run.
func TestOnlyRank0Writes(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	args := " " + program("iris") + " -epochs 3 -checkpoint run.h5 -save net.h5 -graph net.dot -out out"
	line := "-np 1 -wdir " + filepath.Join(dir, "a") + args + " : -np 1 -wdir " + filepath.Join(dir, "b") + args
	printed := begin(t, dir, nil, strings.Fields(line)...).finish()
	for _, c := range []struct{ folder, want string }{{"a", "net.dot net.h5 net_layers.dot out run.h5"}, {"b", ""}} {
		entries, err := os.ReadDir(filepath.Join(dir, c.folder))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s has %q, want %q", c.folder, got, c.want)
		}
	}
	if strings.Count(printed, "2 ranks\n") != 1 || strings.Count(printed, "Epoch 3/3") != 1 {
		t.Errorf("printed\n%s", printed)
	}
}
