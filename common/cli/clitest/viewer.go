package clitest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/show"
)

// patience is far longer than anything takes: only a failing test waits for its end.
const patience = time.Minute

// Viewer watches the page of a program that runs with -live.
type Viewer struct {
	Address string // http://127.0.0.1:PORT
	Before  string // what is printed before it
	Query   string // and after /? of it
	Out     string // the run's folder

	t              testing.TB
	program        string
	client         *http.Client
	interrupt      context.CancelFunc
	stdout, stderr transcript
	exited         chan struct{} // closed after code is set
	code           int

	lock sync.Mutex
	seen Seen
}

// Seen is what a viewer has received.
type Seen struct {
	Program  string            // of the model; "": none yet
	Settings map[string]string // of the model: the value of each
	Pictures map[string]string // the newest SVG of each title
	Broken   []string          // titles and errors of pictures that failed
	Status   Status            // the newest
	Ended    bool              // the program has closed the stream
}

// Status is what tests look at in the page's status.
type Status struct {
	State, Message string
	Run            int // its number
	Epoch, Epochs  int
	Speed          float64
}

// Watch starts the program with -live on a free port and its files in a new folder, and watches its page. The end of
// the test interrupts it.
func (p Program) Watch(t testing.TB, args ...string) *Viewer {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	v := &Viewer{t: t, program: p.Name, Out: t.TempDir(), interrupt: cancel, exited: make(chan struct{}),
		client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
		seen:   Seen{Pictures: map[string]string{}}}
	args = append([]string{"-out", v.Out, "-live", "-live-addr", "127.0.0.1:0"}, args...)
	go func() {
		defer close(v.exited)
		v.code = cli.Execute(ctx, p.Name, p.Defaults, p.Run, args, &v.stdout, &v.stderr)
	}()
	t.Cleanup(func() {
		cancel()
		<-v.exited
	})
	v.until("a line of output", func() bool { return strings.Contains(v.stdout.String(), "\n") })
	line, _, _ := strings.Cut(v.stdout.String(), "\n")
	before, address, ok := strings.Cut(line, "http://")
	if !ok {
		t.Fatalf("%s: the first line is %q, want the address of the page", p.Name, line)
	}
	v.Before = before
	v.Address, v.Query, _ = strings.Cut("http://"+address, "/?")
	answer, err := v.client.Get(v.Address + "/events")
	if err != nil {
		t.Fatal(err)
	}
	go v.read(answer.Body)
	return v
}

// read reads the server-sent events: a line of the name, one of the data, and an empty one.
func (v *Viewer) read(body io.ReadCloser) {
	defer body.Close()
	lines := bufio.NewReader(body)
	name := ""
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		if text, ok := strings.CutPrefix(line, "event: "); ok {
			name = strings.TrimSpace(text)
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			v.take(name, []byte(data))
		}
	}
	v.lock.Lock()
	defer v.lock.Unlock()
	v.seen.Ended = true
}

// take notes an event. It leaves out what is no JSON: a test that waits for it fails.
func (v *Viewer) take(name string, data []byte) {
	var event struct {
		Program, Title, SVG, Error string
		Settings                   []struct{ Name, Value string }
		Status
	}
	if json.Unmarshal(data, &event) != nil {
		return
	}
	v.lock.Lock()
	defer v.lock.Unlock()
	switch {
	case name == "model":
		v.seen.Program, v.seen.Settings = event.Program, map[string]string{}
		for _, s := range event.Settings {
			v.seen.Settings[s.Name] = s.Value
		}
	case name == "status":
		v.seen.Status = event.Status
	case name == "picture" && event.Error != "":
		v.seen.Broken = append(v.seen.Broken, event.Title+": "+event.Error)
	case name == "picture":
		v.seen.Pictures = maps.Clone(v.seen.Pictures) // tests read the old one
		v.seen.Pictures[event.Title] = event.SVG
	}
}

// Until waits for something to be seen, at the latest when the program has ended.
func (v *Viewer) Until(what string, ok func(Seen) bool) {
	v.t.Helper()
	v.until(what, func() bool { return ok(v.Last()) })
}

func (v *Viewer) until(what string, ok func() bool) {
	v.t.Helper()
	for start := time.Now(); ; time.Sleep(2 * time.Millisecond) {
		over := time.Since(start) > patience
		select {
		case <-v.exited:
			over = true
		default:
		}
		switch {
		case ok():
			return
		case over:
			v.t.Fatalf("no %s; the status is %+v, standard output\n%s\nstandard error %q",
				what, v.Last().Status, &v.stdout, &v.stderr)
		}
	}
}

// State waits for a state of the page's status: training, paused, stopped, done.
func (v *Viewer) State(state string) {
	v.t.Helper()
	v.Until("state "+state, func(s Seen) bool { return s.Status.State == state })
}

// Press sends the JSON of one of the page's buttons.
func (v *Viewer) Press(order string) {
	v.t.Helper()
	v.post("/control", order, nil)
}

// Ask returns the net's answer to a question: JSON, or the bytes of a picture.
func (v *Viewer) Ask(question string) (answer show.Answer) {
	v.t.Helper()
	v.post("/predict", question, &answer)
	return answer
}

// post wants 200 and, if to is not nil, JSON.
func (v *Viewer) post(path, body string, to any) {
	v.t.Helper()
	answer, err := v.client.Post(v.Address+path, "", strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %s: %s", answer.Status, text)
	}
	if err == nil && to != nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		v.t.Fatalf("POST %s %s: %v", path, body, err)
	}
}

// Printed is what the program has printed so far.
func (v *Viewer) Printed() string { return v.stdout.String() }

// Prints waits for a part of what the program prints.
func (v *Viewer) Prints(part string) {
	v.t.Helper()
	v.until(fmt.Sprintf("%q", part), func() bool { return strings.Contains(v.stdout.String(), part) })
}

// Interrupt ends the program as Ctrl-C does, and waits for its end.
func (v *Viewer) Interrupt() (code int, stderr string) {
	v.t.Helper()
	v.interrupt()
	return v.Exit()
}

// Exit waits until the program has ended, and the viewer has received all events.
func (v *Viewer) Exit() (code int, stderr string) {
	v.t.Helper()
	select {
	case <-v.exited:
	case <-time.After(patience):
		v.t.Fatal("the program does not end")
	}
	for start := time.Now(); !v.Last().Ended; time.Sleep(2 * time.Millisecond) {
		if time.Since(start) > patience {
			v.t.Fatal("the stream does not end with the program")
		}
	}
	return v.code, v.stderr.String()
}

// Last is what has been seen so far.
func (v *Viewer) Last() Seen {
	v.lock.Lock()
	defer v.lock.Unlock()
	return v.seen
}

// transcript is output that is read while it is written.
type transcript struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (t *transcript) Write(p []byte) (int, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	return t.text.Write(p)
}

func (t *transcript) String() string {
	t.lock.Lock()
	defer t.lock.Unlock()
	return t.text.String()
}
