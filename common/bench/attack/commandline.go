//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// offered matches a flag in the output of -h, with the name of its value.
var offered = regexp.MustCompile(`(?m)^  (-[a-z-]+)(?: ([^ ]+))?  `)

// longest is the time after which a run of a command line is interrupted.
const longest = 2 * time.Second

// drawCommandLine runs a program with random flags and values. It must end with a result or with one line of error.
func drawCommandLine(t *trial) error {
	program := pick(t, programs...)
	help, err := exec.Command(t.bin(program), "-h").Output()
	if err != nil {
		return fmt.Errorf("%s -h: %w", program, err)
	}
	flags := offered.FindAllStringSubmatch(string(help), -1)
	if len(flags) < 5 {
		return fmt.Errorf("%s -h lists %d flags", program, len(flags))
	}
	if err := t.someFiles(program); err != nil {
		return err
	}
	var args []string
	for range t.rng.IntN(6) {
		f := pick(t, flags...)
		switch value := t.value(f[2]); {
		case f[2] == "" && t.rng.IntN(6) > 0:
			args = append(args, f[1])
		case t.rng.IntN(2) == 0:
			args = append(args, f[1]+"="+value)
		default:
			args = append(args, f[1], value)
		}
	}
	if t.rng.IntN(4) == 0 {
		args = append(args, t.value("FILE"), t.value("N"))
	}
	first := ""
	if runtime.GOOS == "linux" {
		first = "ulimit -v 12000000" // so that the machine does not run out of memory
	}
	p, err := t.start(first, program, args...)
	if err != nil {
		return err
	}
	p.sleep(longest)
	if p.runs() {
		p.signal(syscall.SIGINT)
	}
	t.end(p, 0, 1, 130)
	if took := time.Since(p.asked); !p.asked.IsZero() && took > t.within {
		t.fault("%s ended %.1f s after the interrupt, want at most %v", program, took.Seconds(), t.within)
	}
	said := p.stderr.String()
	ran := strings.Contains(p.stdout.String(), "Epoch ") || strings.Contains(p.stdout.String(), "에포크 ") // with -lang ko
	lines := strings.Count(said, "\n")
	switch {
	case p.code() == 0 && lines > 0, p.code() != 0 && lines == 0, lines > 1 && !ran:
		t.fault("exit code %d with %d lines on standard error: %q", p.code(), lines, short(said))
	}
	if p.peakMB() > 2000 {
		t.fault("%.0f MB of memory", p.peakMB())
	}
	return nil
}

// someFiles writes files with names that value draws.
func (t *trial) someFiles(program string) error {
	if err := os.MkdirAll(t.path("folder"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(t.path("file"), []byte("no net\n"), 0o644); err != nil {
		return err
	}
	if err := syscall.Mkfifo(t.path("pipe"), 0o644); err != nil {
		return err
	}
	for _, r := range saves[:3] {
		if r.program != program {
			continue
		}
		u, err := t.undisturbed(r.program, r.drawn())
		if err != nil {
			return err
		}
		return copyFile(u.out+"/net.h5", t.path("net.h5"))
	}
	return nil
}

// value draws a value for a flag whose value has this name in -h.
func (t *trial) value(name string) string {
	if t.rng.IntN(8) == 0 {
		name = pick(t, "N", "X", "FILE", "TIME")
	}
	switch {
	case strings.Contains(name, "|"):
		return pick(t, append(strings.Split(name, "|"), "", name, "x", "LAST")...)
	case name == "FILE" || name == "DIR":
		return pick(t, "file", "folder", "pipe", "net.h5", "new", "new.dot", "new.csv", "folder/new.h5",
			"missing/new", "", ".", "..",
			"/", "/dev/null", "/dev/full", "/dev/zero", "/proc/self/mem", "new\nline", "\x1b[31mred", "\xff\xfe",
			"-x", " ", "~",
			strings.Repeat("n", 250), strings.Repeat("n", 300), strings.Repeat("그", 90), strings.Repeat("n/", 2100),
			"CON", "a\x7fb", "\u202etxt.exe")
	case name == "TIME":
		return pick(t, "0", "1ns", "1ms", "5m", "-1s", "1e9h", "10000000h", "x", "")
	case name == "HOST:PORT":
		return pick(t, "127.0.0.1:0", "localhost:0", "[::1]:0", ":0", "127.0.0.1:99999", "127.0.0.1", "x:y",
			"256.1.1.1:0", "", ":", "127.0.0.1:http")
	case name == "NAME":
		return pick(t, "seeds", "optimizers", "vanishing", "none", "")
	case name == "LAYERS":
		return pick(t, "3", "1,2", "3,6,10", "0", "-1", "1000", "100000000", "3,3", ",", "x")
	case name == "N":
		return pick(t, "1", "2", "3", "10", "100", "0", "-1", "2147483647", "2147483648", "9223372036854775808",
			"1e3", "0x10", "٣", "", " 1", "007", "+1")
	default: // a number
		return pick(t, "0.1", "1", "0.5", "1e-30", "1e30", "1e308", "1e-320", "0", "-0", "-1", "NaN", "Inf", "-inf",
			"1e999", "0x1p-2", "", "x", "1_0")
	}
}
