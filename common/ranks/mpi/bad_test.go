//go:build mpi && linux

package mpi

import (
	"os"
	"path/filepath"
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
		name string
		args []string
		want string
	}{
		{"built without MPI", []string{"-np 2 " + program("iris-without") + " " + out},
			"2 ranks were started, but the program is built without MPI: build it with -tags mpi"},
		{"other flags", []string{"-np 1 " + iris + " -epochs 3 " + out, "-np 1 " + iris + " -epochs 4 " + out}, "rank 1: -epochs 4, want 3 as on rank 0"},
		{"other data", []string{"-np 1 " + iris + " -data a.csv " + out, "-np 1 " + iris + " -data b.csv " + out}, ": training data of 120 rows, CRC-32C "},
		{"no data on one", []string{"-np 1 " + iris + " -data a.csv " + out, "-np 1 " + iris + " -data c.csv " + out}, "rank 1: "},
		{"another build", []string{"-np 1 " + iris + " " + out, "-np 1 " + program("iris-other") + " " + out}, "rank 1: the executable's SHA-256 "},
		{"another program", []string{"-np 1 " + iris + " " + out, "-np 1 " + program("xor") + " -batch 4 " + out}, "rank 1: program xor, want iris as on rank 0"},
		{"a small batch", []string{"-np 4 " + iris + " -batch 3 " + out}, "-batch 3: 4 ranks want at least a row each, as with -batch 4"},
		{"a study", []string{"-np 2 " + iris + " -study seeds " + out}, "-study: wants one process, not 2 ranks"},
		{"an unknown flag", []string{"-np 2 " + iris + " -what " + out}, "flag provided but not defined: -what (-h lists the flags)"},
		{"prediction", []string{"-np 2 " + iris + " -load net.h5 -predict 1,2,3,4"}, "-predict: wants one process, not 2 ranks"},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := begin(t, dir, nil, strings.Fields(strings.Join(c.args, " : "))...)
			code := j.wait(limit)
			said := append(j.said("iris"), j.said("xor")...)
			if code != 1 || len(said) != 1 || !strings.Contains(said[0], c.want) {
				t.Errorf("exit code %d, said %q, want 1 and one line: iris: %s", code, said, c.want)
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
	for folder, want := range map[string]string{"a": "net.dot net.h5 net_layers.dot out run.h5", "b": ""} {
		entries, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s has %q, want %q", folder, got, want)
		}
	}
	if strings.Count(printed, "2 ranks\n") != 1 || strings.Count(printed, "Epoch 3/3") != 1 {
		t.Errorf("printed\n%s", printed)
	}
}
