//go:build unix

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"os"
	"strings"
	"syscall"
	"time"
)

// input is a command that reads files.
type input struct {
	name    string
	program string
	args    []string
	files   []string // one of them is damaged
	checked bool     // files have checksums: damage never changes the answer
}

// questions has, by program, an argument of -predict; without one it is the picture of a seven.
var questions = map[string]string{"linreg": "60,40", "xor": "1,0", "iris": "5.1,3.5,1.4,0.2"}

// inputs write files to the trial's folder and return a command that reads them.
var inputs = []func(t *trial) (input, error){savedNet, savedNet, savedONNX, keptRun, keptRun, digits, table, picture}

// printedBy returns the output of a program, without what differs between two trials.
func (t *trial) printedBy(p *process) string {
	return strings.ReplaceAll(changing.ReplaceAllString(p.stdout.String(), " "), t.folder, ".")
}

// damageInput damages one file. The program must give the right answer or one line of error, in bounded memory.
func damageInput(t *trial) error {
	in, err := pick(t, inputs...)(t)
	if err != nil {
		return err
	}
	good := t.runs[in.name]
	if good == nil {
		p, err := t.finish(in.program, in.args...)
		if err != nil {
			return err
		}
		if len(t.faults) > 0 {
			return nil
		}
		good = &undisturbed{stdout: t.printedBy(p), peakMB: p.peakMB()}
		t.runs[in.name] = good
		return nil
	}
	file := pick(t, in.files...)
	if err := t.damage(file); err != nil {
		return err
	}
	p, err := t.start("", in.program, in.args...)
	if err != nil {
		return err
	}
	t.end(p, 0, 1)
	t.commands[len(t.commands)-1] += "   # damaged: " + t.named(file)
	said := p.stderr.String()
	answered := t.printedBy(p) == good.stdout
	switch {
	case p.code() == 1 && strings.Count(said, "\n") != 1:
		t.fault("%s: %d lines on standard error, want one: %q", in.name, strings.Count(said, "\n"), short(said))
	case p.code() == 0 && said != "":
		t.fault("%s: exit code 0 and standard error %q", in.name, short(said))
	case p.code() == 0 && in.checked && !answered:
		t.fault("%s: a wrong answer from a damaged file: %q, want %q", in.name, short(t.printedBy(p)),
			short(good.stdout))
	}
	// on Linux the peak memory of a process includes that of its parent at the fork
	if most := max(1.5*good.peakMB, ownMB()) + 64; p.peakMB() > most {
		t.fault("%s: %.0f MB of memory, want at most %.0f: %.0f with a file that is whole", in.name, p.peakMB(),
			most, good.peakMB)
	}
	if took := time.Since(p.begun); took > 30*time.Second {
		t.fault("%s: %v", in.name, took)
	}
	return nil
}

// trained draws a training and runs it undisturbed.
func (t *trial) trained() (training, *undisturbed, error) {
	r := pick(t, saves[:5]...)
	u, err := t.undisturbed(r.program, r.drawn())
	return r, u, err
}

// ownMB returns the peak memory of this process.
func ownMB() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return float64(usage.Maxrss) / 1e3 // kilobytes; bytes on macOS, where the bound is then looser
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

func savedNet(t *trial) (input, error) {
	r, u, err := t.trained()
	if err != nil {
		return input{}, err
	}
	question := questions[r.program]
	if question == "" {
		question = t.path("seven.png")
		err = copyFile("mnistcnn/testdata/seven.png", question)
	}
	net := t.path("net.h5")
	return input{"net of " + r.program, r.program, []string{"-load", net, "-predict", question}, []string{net}, true},
		errors.Join(err, copyFile(u.out+"/net.h5", net))
}

// savedONNX is a net of digits as an .onnx file. Those of the other programs are so small that a damage may hit both
// the weights and the note of their digest.
func savedONNX(t *trial) (input, error) {
	r := pick(t, saves[3:5]...)
	u, err := t.undisturbed(r.program, r.drawn())
	if err != nil {
		return input{}, err
	}
	saved := t.attack.folder + "/" + r.program + ".onnx"
	if _, err := os.Stat(saved); err != nil {
		if _, err := t.finish(r.program, "-load", u.out+"/net.h5", "-epochs", "0", "-limit", "20", "-no-pictures",
			"-quiet", "-out", t.path("first"), "-save", saved); err != nil {
			return input{}, err
		}
	}
	picture, net := t.path("seven.png"), t.path("net.onnx")
	return input{".onnx of " + r.program, r.program, []string{"-load", net, "-predict", picture}, []string{net}, true},
		errors.Join(copyFile("mnistcnn/testdata/seven.png", picture), copyFile(saved, net))
}

// keptRun resumes from a checkpoint in the middle of a run.
func keptRun(t *trial) (input, error) {
	r := pick(t, saves[:5]...)
	kept := t.attack.folder + "/checkpoint-" + r.program + ".h5"
	if _, err := os.Stat(kept); err != nil {
		_, err := t.finish(r.program, append(strings.Fields(r.args), "-no-pictures", "-quiet", "-out",
			t.path("first"), "-checkpoint", kept)...)
		if err != nil {
			return input{}, err
		}
	}
	file := t.path("run.h5")
	return input{"checkpoint of " + r.program, r.program, []string{"-resume", file, "-out", "out", "-checkpoint",
		"again.h5"},
		[]string{file}, true}, copyFile(kept, file)
}

// digits trains on IDX files, which -stream reads.
func digits(t *trial) (input, error) {
	in := input{name: "IDX files", program: "mnistmlp",
		args: []string{"-stream", "-data", t.path(), "-epochs", "1", "-batch", "10", "-no-pictures", "-out", "out"}}
	for _, f := range []struct {
		name string
		rows int
		size []int
	}{{"train-images-idx3-ubyte", 40, []int{28, 28}}, {"train-labels-idx1-ubyte", 40, nil},
		{"t10k-images-idx3-ubyte", 20, []int{28, 28}}, {"t10k-labels-idx1-ubyte", 20, nil}} {
		data, bytes := []byte{0, 0, 8, byte(1 + len(f.size))}, f.rows
		for _, n := range append([]int{f.rows}, f.size...) {
			data = binary.BigEndian.AppendUint32(data, uint32(n))
		}
		for _, n := range f.size {
			bytes *= n
		}
		for i := range bytes {
			data = append(data, byte(i*7%10))
		}
		path := t.path(f.name)
		in.files = append(in.files, path)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return in, err
		}
	}
	return in, nil
}

func table(t *trial) (input, error) {
	program, name := "iris", "iris.csv"
	if t.rng.IntN(2) == 0 {
		program, name = "linreg", "bloodfat.csv"
	}
	file := t.path(name)
	return input{name, program, []string{"-data", file, "-epochs", "2", "-no-pictures", "-out", "out"},
			[]string{file}, false},
		copyFile("common/dataset/"+name, file)
}

func picture(t *trial) (input, error) {
	u, err := t.undisturbed("mnistmlp", saves[3].drawn())
	if err != nil {
		return input{}, err
	}
	data, err := os.ReadFile("mnistcnn/testdata/seven.png")
	if err != nil {
		return input{}, err
	}
	seven, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return input{}, err
	}
	var to bytes.Buffer
	kind := pick(t, "png", "jpeg", "gif")
	switch kind {
	case "png":
		err = png.Encode(&to, seven)
	case "jpeg":
		err = jpeg.Encode(&to, seven, nil)
	default:
		err = gif.Encode(&to, seven, nil)
	}
	file := t.path("seven." + kind)
	return input{kind, "mnistmlp", []string{"-load", u.out + "/net.h5", "-predict", file}, []string{file}, false},
		errors.Join(err, os.WriteFile(file, to.Bytes(), 0o644))
}

// damage changes a file at one to three places, half of the time near its start. It works in the file, not in memory,
// because memory of this process counts to that of its children.
func (t *trial) damage(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	for range 1 + t.rng.IntN(3) {
		err = errors.Join(err, t.damageOnce(file))
	}
	return errors.Join(err, file.Close())
}

func (t *trial) damageOnce(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	length := info.Size()
	at := t.rng.Int64N(length)
	if t.rng.IntN(2) == 0 {
		at = t.rng.Int64N(min(length, 2048))
	}
	size := min(length-at, 1<<t.rng.IntN(10))
	block, other := make([]byte, size), make([]byte, size)
	elsewhere := t.rng.Int64N(length - size + 1)
	_, err = file.ReadAt(block, at)
	_, also := file.ReadAt(other, elsewhere)
	if err = errors.Join(err, also); err != nil {
		return err
	}
	write := func(data []byte, at int64) {
		_, failed := file.WriteAt(data, at)
		err = errors.Join(err, failed)
	}
	switch t.rng.IntN(8) {
	case 0:
		block[0] ^= 1 << t.rng.IntN(8)
		write(block, at)
	case 1:
		err = file.Truncate(at)
	case 2: // swap two blocks
		write(other, at)
		write(block, elsewhere)
	case 3: // change a length
		other := pick[uint64](t, 0, 1, math.MaxUint64, math.MaxInt64, math.MaxInt32, 1<<40, uint64(length),
			t.rng.Uint64())
		number := binary.LittleEndian.AppendUint64(nil, other)
		if t.rng.IntN(3) == 0 {
			number = binary.BigEndian.AppendUint64(nil, other)[4:]
		}
		write(number[:min(len(number), 1<<t.rng.IntN(4))], at&^3)
	case 4: // remove a block
		err = moveRest(file, at+size, at)
	case 5: // repeat a block
		err = moveRest(file, at, at+size)
	case 6:
		clear(block)
		write(block, at)
	default: // insert text of a table
		odd := pick(t, "\x00", "\"", "\n", ",", ",,", "1e999", "NaN", "-1", "\r", "\xff", strings.Repeat("9", 400),
			"\x1b[2J")
		err = moveRest(file, at, at+int64(len(odd)))
		write([]byte(odd), at)
	}
	return err
}

// moveRest moves the rest of a file from one offset to another, at most 1 MB, after which the file ends.
func moveRest(file *os.File, from, to int64) error {
	rest, err := io.ReadAll(io.NewSectionReader(file, from, 1<<20))
	if err != nil {
		return err
	}
	_, err = file.WriteAt(rest, to)
	return errors.Join(err, file.Truncate(to+int64(len(rest))))
}
