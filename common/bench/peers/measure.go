package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"gorgonia-lectures/common/bench"
)

// event is a line that a driver printed; python/lecture.py lists them.
type event struct {
	At       string            `json:"at,omitempty"`
	Unix     float64           `json:"unix,omitempty"`
	Timed    string            `json:"timed,omitempty"`
	Steps    int               `json:"steps,omitempty"`
	Epochs   int               `json:"epochs,omitempty"`
	Rows     int               `json:"rows,omitempty"`
	Seconds  float64           `json:"seconds,omitempty"`
	Loss     float64           `json:"loss,omitempty"`
	Accuracy float64           `json:"accuracy,omitempty"`
	Versions map[string]string `json:"versions,omitempty"`
	Level    string            `json:"level,omitempty"`
	Where    string            `json:"where,omitempty"`
	Bytes    int               `json:"bytes,omitempty"`
	Adam     float64           `json:"adam,omitempty"`  // bytes a second
	Triad    float64           `json:"triad,omitempty"` // bytes a second
}

// measurement is what one form gave in one round.
type measurement struct {
	Work    string
	Form    string
	Kind    kind
	Round   int
	Start   float64 // of the driver, in seconds since 1970
	Process float64 // seconds from start to end: of the program if the form has one, else of the driver
	PeakMB  float64 // most memory in use (resident set), of the same process
	Events  []event
	Error   string `json:",omitempty"`
}

// limit ends a child that hangs.
const limit = time.Hour

// measure runs the form's driver and its program, those that it has.
func (f form) measure(round int) (m measurement, err error) {
	m = measurement{Work: f.Work, Form: f.Name, Kind: f.Kind, Round: round}
	if f.driver != nil {
		m.Start = float64(time.Now().UnixMicro()) / 1e6
		out, err := f.child(&m, f.driver)
		if err != nil {
			return m, err
		}
		if m.Events, err = bench.ReadLines[event](out); err != nil {
			return m, err
		}
	}
	if f.program == nil {
		return m, nil
	}
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if _, err := f.child(&m, append(f.program, "-out", folder)); err != nil {
		return m, err
	}
	if f.driver == nil {
		e, err := trained(filepath.Join(folder, "run.json"))
		m.Events = append(m.Events, e)
		return m, err
	}
	return m, nil
}

// child runs a command, notes its time and memory, and returns what it printed.
func (f form) child(m *measurement, words []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Env = append(os.Environ(), f.environment...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	m.Process = time.Since(start).Seconds()
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("not done after %v", limit)
		}
		return nil, fmt.Errorf("%w: %s", err, bench.LastLine(stderr.String()))
	}
	m.PeakMB = peakMB(cmd.ProcessState)
	return stdout.Bytes(), nil
}

// trained reads from a program's run.json how long its epochs took.
func trained(name string) (event, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return event{}, err
	}
	var run struct {
		Epochs  int
		Seconds float64
	}
	if err := json.Unmarshal(text, &run); err != nil {
		return event{}, fmt.Errorf("%s: %w", name, err)
	}
	if run.Epochs < 1 || run.Seconds <= 0 {
		return event{}, fmt.Errorf("%s: %d epochs in %v s, want some", name, run.Epochs, run.Seconds)
	}
	return event{Timed: "epochs", Epochs: run.Epochs, Seconds: run.Seconds}, nil
}
