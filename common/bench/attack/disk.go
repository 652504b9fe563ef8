//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// fault is a fault of the disk that has a folder.
type fault struct {
	name     string
	mounts   bool // the folder needs its own file system
	known    bool // it is visible at the start, so a program may refuse to run
	harmless bool // all files can be written
	hides    bool // during hides the folder's files by a mount
	before   func(t *trial, folder string) error
	during   func(t *trial, folder string) error // called after the first epoch
	shell    string                              // run by the shell before the program
}

var diskFaults = []fault{
	{name: "full", mounts: true, before: func(t *trial, folder string) error {
		return t.mount(folder, fmt.Sprintf("size=%dk", 4*(1+t.rng.IntN(100))))
	}},
	{name: "full of other files", mounts: true, before: func(t *trial, folder string) error {
		if err := t.mount(folder, "size=1m"); err != nil {
			return err
		}
		_ = os.WriteFile(folder+"/other", make([]byte, 2<<20), 0o644) // until the disk is full
		return nil
	}},
	{name: "fills up", mounts: true, before: func(t *trial, folder string) error {
		return t.mount(folder,
			"size=200m")
	},
		during: func(t *trial, folder string) error {
			_ = os.WriteFile(folder+"/other", make([]byte, 210<<20), 0o644)
			return nil
		}},
	{name: "no inodes", mounts: true, known: true, before: func(t *trial, folder string) error {
		return t.mount(folder, fmt.Sprintf("nr_inodes=%d", 2+t.rng.IntN(8)))
	}},
	{name: "read-only", mounts: true, known: true, before: func(t *trial, folder string) error {
		if err := t.mount(folder, ""); err != nil {
			return err
		}
		return t.readOnly(folder)
	}},
	{name: "read-only later", mounts: true, hides: true,
		before: func(t *trial, folder string) error { return t.mount(folder, "") },
		during: func(t *trial, folder string) error { return t.becomeReadOnly(folder) }},
	{name: "removed", before: mkdir, during: func(t *trial, folder string) error {
		return os.Rename(folder,
			folder+" elsewhere")
	}},
	{name: "missing", known: true},
	{name: "a file", known: true,
		before: func(t *trial, folder string) error { return os.WriteFile(folder, []byte("other"), 0o644) }},
	{name: "folders in place of files", known: true, before: func(t *trial, folder string) error {
		for _, name := range []string{"net.h5", "history.csv", "run.json", "curves.png", "run.h5"} {
			if t.rng.IntN(2) == 0 {
				continue
			}
			if err := os.MkdirAll(filepath.Join(folder, name), 0o755); err != nil {
				return err
			}
		}
		return os.MkdirAll(filepath.Join(folder, "net.h5"), 0o755)
	}},
	{name: "small files only", shell: "ulimit -f 8", before: mkdir},
	{name: "without locks", mounts: true, harmless: true, shell: withoutLocks, before: mkdir},
}

func mkdir(_ *trial, folder string) error { return os.MkdirAll(folder, 0o755) }

// places are the flags whose folder may have the fault.
var places = []string{"-out", "-save", "-checkpoint", "-out and -save", "-tensorboard"}

// faultDisk runs a program whose -out, -save, -checkpoint or -tensorboard is on a disk with a fault, or whose standard
// output is full.
func faultDisk(t *trial) error {
	r := pick(t, saves...)
	if t.rng.IntN(8) == 0 {
		return t.fullOutput(r)
	}
	f := pick(t, diskFaults...)
	for f.mounts && noMounts() != "" {
		f = pick(t, diskFaults...)
	}
	return t.onDisk(r, f, pick(t, places...))
}

// drawn returns the flags of a run with all pictures.
func (r training) drawn() []string { return append(strings.Fields(r.args), "-svg", "-seed", "1") }

// onDisk runs a program with a fault at a place. It must write and print everything else, and end with a line for each
// file that it cannot write.
func (t *trial) onDisk(r training, f fault, place string) error {
	if r.program == "scratch" {
		place = "-out and -save"
	}
	whole, err := t.undisturbed(r.program, r.drawn())
	if err != nil {
		return err
	}
	bad, out := t.path("bad"), t.path("out")
	save := filepath.Join(out, "net.h5")
	switch place {
	case "-out":
		out, save = bad, t.path("good/net.h5")
	case "-save":
		save = filepath.Join(bad, "net.h5")
	case "-out and -save":
		out, save = bad, filepath.Join(bad, "net.h5")
	}
	args := append(r.drawn(), "-out", out)
	if r.program != "scratch" {
		args = append(args, "-save", save)
	}
	keep := filepath.Join(bad, "run.h5")
	if place == "-checkpoint" {
		args = append(args, "-checkpoint", keep, "-checkpoint-every", "1ms")
	}
	if place == "-tensorboard" {
		args = append(args, "-tensorboard", filepath.Join(bad, "logs"), "-histograms")
	}
	if err := os.Mkdir(t.path("good"), 0o755); err != nil {
		return err
	}
	if f.before != nil {
		if err := f.before(t, bad); err != nil {
			return err
		}
	}
	p, err := t.start(f.shell, r.program, args...)
	if err != nil {
		return err
	}
	if f.during != nil {
		if place == "-checkpoint" {
			p.changes(keep, 1)
		} else if r.program != "scratch" {
			p.prints("Epoch 1/")
		} else {
			p.prints("Forward pass")
		}
		if err := f.during(t, bad); err != nil {
			return err
		}
	}
	if f.harmless {
		t.end(p, 0)
	} else {
		t.end(p, 0, 1)
	}
	if f.hides {
		if err := t.uncover(); err != nil {
			return err
		}
	}
	where := place + " is " + f.name
	t.commands[len(t.commands)-1] += "   # " + where
	logs := []string{bad, bad + " elsewhere"}
	t.events(false, logs...)
	if p.code() == 0 {
		if place == "-tensorboard" {
			t.curve(filepath.Join(out, "history.csv"), logs...)
		}
		if f.during == nil { // if not, the program ended before the fault
			t.allThere(where, out, save, whole)
		}
		return nil
	}
	lines := strings.Split(strings.TrimSpace(p.stderr.String()), "\n")
	if slices.Sort(lines); len(slices.Compact(slices.Clone(lines))) < len(lines) && place != "-checkpoint" {
		t.fault("%s: a line on standard error comes twice: %q", where, short(p.stderr.String()))
	}
	ran := strings.Contains(p.stdout.String(), "Epoch ") || strings.Contains(p.stdout.String(), "first input")
	if !ran {
		// a program may refuse a fault that is visible at the start
		if !f.known && place != "-checkpoint" || len(lines) > 1 {
			t.fault("%s: refused, want that it runs: %q", where, short(p.stderr.String()))
		}
		return nil
	}
	t.printed(where, p.stdout.String(), whole.stdout)
	t.written(where, f, out, save, bad, whole)
	if f.name != "removed" && f.name != "read-only later" {
		t.noneLeft("after "+where, bad, out)
	}
	return nil
}

// written checks that each file that could be written is there, and that the net is in some file.
func (t *trial) written(where string, f fault, out, save, bad string, whole *undisturbed) {
	var lost []string
	for _, path := range t.list(whole.out) {
		to := moved(path, out, save)
		switch isNet := to == save; {
		case f.shell != "" && !small(path): // files of this size cannot be written
		case filepath.Dir(to) != bad:
			if err := t.differs(to, path); err != nil {
				lost = append(lost, err.Error())
			}
		case isNet && f.shell == "":
			t.keptElsewhere(where, path)
		}
	}
	if len(lost) > 0 {
		t.fault("%s: %s (%d such files)", where, lost[0], len(lost))
	}
}

// moved returns the path in another run of a file of an undisturbed run.
func moved(path, out, save string) string {
	if filepath.Base(path) == "net.h5" {
		return save
	}
	return filepath.Join(out, filepath.Base(path))
}

// small reports whether a file is within the limit of "small files only", 8 blocks of 512 bytes.
func small(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() < 8*512
}

// allThere checks that all files of a run are there.
func (t *trial) allThere(where, out, save string, whole *undisturbed) {
	for _, path := range t.list(whole.out) {
		if err := t.differs(moved(path, out, save), path); err != nil {
			t.fault("%s: %v", where, err)
		}
	}
}

// keptElsewhere checks that the net of a run is in some folder if it could not be saved to its own.
func (t *trial) keptElsewhere(where, whole string) {
	want, err := sum(whole)
	if err != nil {
		t.fault("%v", err)
		return
	}
	found := false
	_ = filepath.WalkDir(t.folder, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !temporary(path) && filepath.Ext(path) == ".h5" {
			got, err := sum(path)
			found = found || err == nil && got == want
		}
		return nil // a file that cannot be read is not the net
	})
	if !found {
		t.fault("%s: no file has the trained net", where)
	}
}

// changing matches the time of an epoch, which differs between the output of two runs.
var changing = regexp.MustCompile(` - [0-9.]+m?s - `)

// printed checks that the output has each line of an undisturbed run, except for those that name files and commands.
func (t *trial) printed(where, got, want string) {
	got = changing.ReplaceAllString(got, " ")
	for line := range strings.Lines(changing.ReplaceAllString(want, " ")) {
		named := strings.HasPrefix(line, "wrote ") || strings.Contains(line, "go run ./")
		if !named && !strings.Contains(got, line) {
			t.fault("%s: the line %q is not printed", where, strings.TrimSpace(line))
			return
		}
	}
}

// fullOutput runs a program whose standard output is full. It must write all files and end with one line of error.
func (t *trial) fullOutput(r training) error {
	whole, err := t.undisturbed(r.program, r.drawn())
	if err != nil {
		return err
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		return nil // only Linux has /dev/full
	}
	defer full.Close()
	p, err := t.startTo(full, "", r.program, append(r.drawn(), t.files(r.program, t.path("out"))...)...)
	if err != nil {
		return err
	}
	t.end(p, 1)
	const where = "standard output is full"
	if n := strings.Count(p.stderr.String(), "\n"); n != 1 {
		t.fault("%s: %d lines on standard error, want one: %q", where, n, short(p.stderr.String()))
	}
	t.allThere(where, t.path("out"), t.path("out", "net.h5"), whole)
	return nil
}
