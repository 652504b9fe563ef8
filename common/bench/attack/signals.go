//go:build unix

package main

import (
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

// moment is a run and the moment at which it receives a signal.
type moment struct {
	training
	printed string // the text that it has printed on standard output
	saving  bool   // it is also writing a file
	trains  bool   // it trains, so that it can be resumed
}

var moments = []moment{
	{training{"linreg", "-epochs 3000000 -no-pictures"}, "Epoch 1/", false, true},
	{training{"xor", "-epochs 3000000 -no-pictures"}, "Epoch 1/", false, true},
	{training{"iris", "-epochs 300000 -no-pictures"}, "Epoch 1/", false, true},
	{training{"mnistmlp", "-epochs 1000 -no-pictures -limit 2000"}, "Epoch 1/", false, true},
	{training{"mnistcnn", "-epochs 1000 -no-pictures -limit 100"}, "Epoch 1/", false, true},
	{training{"mnistcnn", ""}, "Parameters", false, true},
	{training{"mnistcnn", "-limit 20 -epochs 1"}, "Epoch 1/1", true, false},
	{training{"linreg", "-epochs 500 -svg"}, "history.csv", false, false},
	{training{"xor", "-epochs 1000 -svg"}, "history.csv", false, false},
	{training{"xor", "-epochs 100000"}, "history.csv", false, false},
	{training{"iris", "-svg"}, "history.csv", false, false},
	{training{"mnistmlp", "-limit 100 -epochs 1 -svg"}, "history.csv", false, false},
	{training{"mnistcnn", "-limit 100 -epochs 1 -svg"}, "history.csv", false, false},
	{training{"scratch", "-epochs 3000000"}, "", false, false},
	{training{"scratch", "-svg"}, "first input", false, false},
	{training{"xor", "-study seeds"}, "", false, false},
	{training{"iris", "-study seeds"}, "", false, false},
	{training{"iris", "-study optimizers"}, "", false, false},
	{training{"iris", "-study vanishing"}, "", false, false},
	{training{"mnistmlp", "-study optimizers -limit 2000"}, "", false, false},
}

// sendSignals ends a run by one or two signals. It must end soon, print how to resume it, and leave no incomplete file.
func sendSignals(t *trial) error {
	m := pick(t, moments...)
	files, study := []string{"-out", t.path("out")}, strings.Contains(m.args, "-study")
	if m.trains && t.rng.IntN(2) == 0 {
		files = append(files, "-checkpoint", t.path("run.h5"), "-checkpoint-every", "10ms")
	}
	live := !study && m.program != "scratch" && t.rng.IntN(3) == 0
	if live {
		files = append(files, "-live", "-live-addr", "127.0.0.1:0")
	}
	s := pick(t, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	first, ignored := "", s == syscall.SIGHUP && t.rng.IntN(4) == 0
	if ignored {
		first = "trap '' HUP" // like nohup
	}
	p, err := t.start(first, m.program, append(strings.Fields(m.args), files...)...)
	if err != nil {
		return err
	}
	if live && p.prints("watch it at ") {
		connections, err := t.connect(p.address(), t.rng.IntN(300))
		for _, c := range connections {
			defer c.Close()
		}
		if err != nil && p.runs() {
			t.fault("%v", err)
		}
	}
	p.prints(m.printed)
	if m.printed == "" {
		p.sleep(200 * time.Millisecond) // until the program handles signals
	}
	if m.saving {
		p.until(func() bool { return len(t.left(t.path("out"))) > 0 })
	}
	p.sleep(t.span(pick(t, time.Millisecond, 30*time.Millisecond, 500*time.Millisecond)))
	p.signal(s)
	t.commands[len(t.commands)-1] += fmt.Sprintf("   # %v at %q + %.3f s", s, m.printed,
		p.asked.Sub(p.begun).Seconds())
	if ignored {
		p.sleep(300 * time.Millisecond)
		if !p.runs() && p.code() != 0 {
			t.fault("%v ended a run that was started with it ignored", s)
			return nil
		}
		p.asked = time.Time{}
		p.signal(syscall.SIGINT)
	}
	if t.rng.IntN(3) == 0 {
		p.sleep(t.span(100 * time.Millisecond))
		p.signal(pick(t, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP))
		t.end(p, 0, 130, -1)
	} else {
		t.end(p, 0, 130)
	}
	if took := time.Since(p.asked); took > t.within {
		t.fault("%s ended %.1f s after %v, want at most %v", p.program, took.Seconds(), s, t.within)
	}
	said := strings.TrimSpace(p.stderr.String())
	last := said[strings.LastIndexByte(said, '\n')+1:]
	how := "interrupted"
	if m.trains && strings.Contains(p.stdout.String(), "Epoch ") { // without it, no step may have been trained
		how = " -resume "
	}
	if p.code() == 130 && !strings.Contains(last, how) {
		t.fault("the last line on standard error is %q, want %q in it", last, how)
	}
	if !p.killed() {
		t.noneLeft("after the interrupt", t.path(), t.path("out"))
	}
	t.allWhole(t.path("out"))
	if _, file, ok := strings.Cut(last, " -resume "); ok && p.code() == 130 {
		return t.resumes(m.training, file)
	}
	return nil
}

// resumes checks that a run can be resumed from a file, for a moment.
func (t *trial) resumes(r training, file string) error {
	p, err := t.start("", r.program, "-resume", file, "-out", t.path("again"))
	if err != nil {
		return err
	}
	if p.prints("Parameters") {
		p.sleep(100 * time.Millisecond)
	}
	p.signal(syscall.SIGINT)
	t.end(p, 0, 130)
	return nil
}

// address returns HOST:PORT of the page of a program with -live.
func (p *process) address() string {
	_, rest, _ := strings.Cut(p.stdout.String(), "watch it at http://")
	p.until(func() bool { return strings.Contains(p.stdout.String(), "\n") })
	address, _, _ := strings.Cut(rest, "\n")
	return address
}

// connect opens n connections to the page: some watch, some send nothing, some send a part of a request.
func (t *trial) connect(address string, n int) (list []net.Conn, err error) {
	for i := range n {
		c, err := net.DialTimeout("tcp", address, 10*time.Second)
		if err != nil {
			return list, fmt.Errorf("connection %d of %d: %w", i+1, n, err)
		}
		list = append(list, c)
		request := fmt.Sprintf("GET /events HTTP/1.1\r\nHost: %s\r\n\r\n", address)
		switch t.rng.IntN(4) {
		case 0:
			request = ""
		case 1:
			request = request[:t.rng.IntN(len(request))]
		}
		_, _ = io.WriteString(c, request) // the connection may be closed already
	}
	return list, nil
}
