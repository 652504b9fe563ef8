//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"

	"gorgonia-lectures/common/bench"
)

// patience bounds the time of a process; a longer time is a fault.
const patience = 2 * time.Minute

// output is the text that a process has printed so far.
type output struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.lock.Lock()
	defer o.lock.Unlock()
	return o.text.String()
}

// process is a running program of the suite.
type process struct {
	cmd            *exec.Cmd
	program        string
	begun          time.Time
	asked          time.Time // of the first signal to end it
	stdout, stderr output
	exited         chan struct{}
}

// start starts a program in the trial's folder, after the shell command first, such as "ulimit -f 8".
func (t *trial) start(first, program string, args ...string) (*process, error) {
	return t.startTo(nil, first, program, args...)
}

// startTo is start with a file as standard output.
func (t *trial) startTo(stdout *os.File, first, program string, args ...string) (*process, error) {
	p := &process{program: program, exited: make(chan struct{})}
	words := append([]string{t.bin(program)}, args...)
	switch first {
	case "":
		first = ":"
	case withoutLocks:
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		words = append([]string{self}, words...)
	}
	p.cmd = exec.Command("sh", append([]string{"-c", first + ` && exec "$0" "$@"`}, words...)...)
	p.cmd.Dir = t.folder
	p.cmd.Env = append(os.Environ(), "TMPDIR="+t.path("tmp"), "LC_ALL=C")
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	command := fmt.Sprintf("%s && %s", first, program)
	for _, a := range args {
		command += " " + quoted(a)
	}
	if stdout != nil {
		p.cmd.Stdout = stdout
		command += " > " + stdout.Name()
	}
	t.commands = append(t.commands, strings.TrimPrefix(command, ": && "))
	p.begun = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.exited)
		_ = p.cmd.Wait() // ProcessState has the exit code
	}()
	return p, nil
}

// quoted quotes a word for a shell.
func quoted(word string) string {
	plain := func(r rune) bool {
		return !strings.ContainsRune("/._-,:=", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}
	switch {
	case word != "" && utf8.ValidString(word) && !strings.ContainsFunc(word, plain):
		return word
	case utf8.ValidString(word) && !strings.ContainsFunc(word, unicode.IsControl):
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return fmt.Sprintf("$'%s'", strings.ReplaceAll(strings.Trim(fmt.Sprintf("%+q", word), `"`), "'", `\'`))
}

// runs reports whether the process is running.
func (p *process) runs() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// until waits until ok returns true. It returns false if the process ends before that, or takes too long.
func (p *process) until(ok func() bool) bool {
	for !ok() {
		if !p.runs() || time.Since(p.begun) > patience {
			return ok()
		}
		time.Sleep(time.Millisecond)
	}
	return true
}

// prints waits until standard output contains a text.
func (p *process) prints(text string) bool {
	return p.until(func() bool { return strings.Contains(p.stdout.String(), text) })
}

// sleep waits for a time or until the process ends.
func (p *process) sleep(d time.Duration) {
	select {
	case <-p.exited:
	case <-time.After(d):
	}
}

// signal sends a signal, unless the process has ended.
func (p *process) signal(s os.Signal) {
	if p.asked.IsZero() {
		p.asked = time.Now()
	}
	_ = p.cmd.Process.Signal(s)
}

// end waits for the end of the process and checks it: it must end in time, with one of the exit codes, and each line on
// standard error must be a message of the program. A killed process has exit code -1.
func (t *trial) end(p *process, codes ...int) {
	select {
	case <-p.exited:
	case <-time.After(patience - time.Since(p.begun)):
		t.fault("%s is still running after %v", p.program, patience)
		p.signal(syscall.SIGKILL)
		<-p.exited
	}
	from := p.begun
	if !p.asked.IsZero() {
		from = p.asked
	}
	t.worst = max(t.worst, time.Since(from))
	said := p.stderr.String()
	ok := false
	for _, c := range codes {
		ok = ok || c == p.code()
	}
	if !ok {
		t.fault("%s ended with %v, want %v; standard error %q", p.program, p.cmd.ProcessState, codes, short(said))
	}
	for line := range strings.Lines(said) {
		message, whole := strings.CutSuffix(line, "\n")
		message, named := strings.CutPrefix(message, p.program+": ")
		odd := func(r rune) bool { return !unicode.IsPrint(r) }
		if !whole || !named || len(line) > 1000 || strings.ContainsFunc(message, odd) || !utf8.ValidString(message) {
			t.fault("%s ended with %v and the line on standard error %q", p.program, p.cmd.ProcessState, short(line))
			break
		}
	}
}

func (p *process) code() int { return p.cmd.ProcessState.ExitCode() }

// killed reports whether a signal ended the process.
func (p *process) killed() bool {
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled()
}

func (p *process) peakMB() float64 { return bench.PeakMB(p.cmd.ProcessState) }

// short returns the start and the end of a text.
func short(text string) string {
	if len(text) > 700 {
		return text[:300] + " ... " + text[len(text)-300:]
	}
	return text
}

// finish runs a program to its end. It is an error if the program fails.
func (t *trial) finish(program string, args ...string) (*process, error) {
	p, err := t.start("", program, args...)
	if err != nil {
		return nil, err
	}
	t.end(p, 0)
	return p, nil
}

// undisturbed is the result of a run without an attack.
type undisturbed struct {
	out    string // the folder of its files
	stdout string
	took   time.Duration
	peakMB float64
}

// undisturbed runs a program with these flags once, with its files and net.h5 in a folder, and keeps the result.
func (a *attack) undisturbed(program string, args []string) (*undisturbed, error) {
	key := program + " " + strings.Join(args, " ")
	if u := a.runs[key]; u != nil {
		return u, nil
	}
	u := &undisturbed{out: fmt.Sprintf("%s/whole%d", a.folder, len(a.runs))}
	t := &trial{attack: a, folder: a.folder}
	p, err := t.finish(program, append(slices.Clone(args), t.files(program, u.out)...)...)
	if err != nil {
		return nil, err
	}
	if len(t.faults) > 0 {
		return nil, errors.New(strings.Join(append(t.faults, t.commands...), "\n"))
	}
	u.stdout, u.peakMB, u.took = p.stdout.String(), p.peakMB(), time.Since(p.begun)
	a.runs[key] = u
	return u, nil
}

// files returns the flags that write all files of a run to a folder.
func (t *trial) files(program, out string) []string {
	if program == "scratch" {
		return []string{"-out", out}
	}
	return []string{"-out", out, "-save", out + "/net.h5"}
}
