package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"gorgonia-lectures/common/live"
)

// audience is a page and the viewers that follow it.
type audience struct {
	page    *live.Page
	client  *http.Client
	viewers []*viewer
}

// viewer reads a stream of events to its end.
type viewer struct {
	begun  chan struct{} // closed after the first event with the wanted name
	ended  chan struct{} // closed at the end of the stream
	status []byte        // the last status event
	err    error         // of the stream; set before ended is closed
}

// gather opens a page on the loopback, and waits until each viewer has received an event with this name.
func gather(view live.View, viewers int, event string) (*audience, error) {
	page, err := live.Open(context.Background(), "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &audience{page: page, client: &http.Client{Transport: &http.Transport{}}}
	if err := errors.Join(page.Show(view), a.join(viewers, event)); err != nil {
		return nil, errors.Join(err, page.Close(err))
	}
	return a, nil
}

func (a *audience) join(viewers int, event string) error {
	for i := range viewers {
		response, err := a.client.Get(a.page.Address() + "/events")
		if err != nil {
			return fmt.Errorf("viewer %d: %w", i+1, err)
		}
		if response.StatusCode != http.StatusOK {
			return errors.Join(fmt.Errorf("viewer %d: %s, want 200 OK", i+1, response.Status), response.Body.Close())
		}
		v := &viewer{begun: make(chan struct{}), ended: make(chan struct{})}
		a.viewers = append(a.viewers, v)
		go v.read(response.Body, event)
	}
	for i, v := range a.viewers {
		select {
		case <-v.begun:
		case <-v.ended:
			return fmt.Errorf("viewer %d: the stream ended before its first %s: %w", i+1, event, v.err)
		}
	}
	return nil
}

// read reads all events, and closes begun after the first one with this name.
func (v *viewer) read(stream io.ReadCloser, event string) {
	defer close(v.ended)
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, 16<<20) // a picture is one long line
	name, begun := "", false
	for lines.Scan() {
		line := lines.Bytes()
		if text, ok := bytes.CutPrefix(line, []byte("event: ")); ok {
			name = string(text)
		}
		text, ok := bytes.CutPrefix(line, []byte("data: "))
		if !ok {
			continue
		}
		if name == "status" {
			v.status = append(v.status[:0], text...)
		}
		if name == event && !begun {
			begun = true
			close(v.begun)
		}
	}
	v.err = errors.Join(lines.Err(), stream.Close())
}

// leave closes the page. It returns an error if a viewer's last status does not have this state.
func (a *audience) leave(state string) error {
	if err := a.page.Close(nil); err != nil {
		return err
	}
	a.client.CloseIdleConnections()
	for i, v := range a.viewers {
		<-v.ended
		if v.err != nil {
			return fmt.Errorf("viewer %d: %w", i+1, v.err)
		}
		var last struct{ State string }
		if err := json.Unmarshal(v.status, &last); err != nil {
			return fmt.Errorf("viewer %d: the last status %q: %w", i+1, v.status, err)
		}
		if last.State != state {
			return fmt.Errorf("viewer %d: the last state is %q, want %q: events are missing", i+1, last.State, state)
		}
	}
	return nil
}
