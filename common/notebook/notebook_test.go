package notebook

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"io"
	"os"
	"reflect"
	"testing"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/show"
)

func TestMain(m *testing.M) {
	os.Unsetenv("GONB_PIPE")
	os.Exit(wording.Main(m))
}

// drawing is an encoded picture, or an error.
type drawing struct {
	png []byte
	err error
}

func (d drawing) Encode(string) ([]byte, error) { return d.png, d.err }

// gonb plays the kernel: it records the pictures of a cell's messages and answers requests to synchronize. It sends
// another message before each answer, as widgets do.
func gonb(from io.Reader, to io.Writer) (pictures []any, err error) {
	in, out := gob.NewDecoder(from), gob.NewEncoder(to)
	for {
		var message struct { // as DisplayData of gonbui/protocol
			Data      map[string]any
			Metadata  map[string]any
			DisplayID string
		}
		if err := in.Decode(&message); err != nil {
			return pictures, err
		}
		if png, ok := message.Data["image/png"]; ok {
			pictures = append(pictures, png)
		}
		if asked, ok := message.Data["gonb/comm_value"].(commValue); ok && asked.Address == synchronize {
			if _, ok := asked.Value.(int); !ok { // GoNB would not answer
				return pictures, errors.New("the question has no number")
			}
			for _, address := range []string{"slider", synchronized} {
				if err := out.Encode(struct {
					Address string
					Request bool
					Value   any
				}{address, false, asked.Value}); err != nil {
					return pictures, err
				}
			}
		}
	}
}

func TestShow(t *testing.T) {
	fromCell, toKernel := io.Pipe()
	fromKernel, toCell := io.Pipe()
	type result struct {
		pictures []any
		err      error
	}
	done := make(chan result)
	go func() {
		pictures, err := gonb(fromCell, toCell)
		done <- result{pictures, err}
	}()
	k, err := newKernel(toKernel, fromKernel)
	if err != nil {
		t.Fatal(err)
	}
	for _, png := range []string{"a picture", "another one"} {
		if err := k.show([]byte(png)); err != nil {
			t.Fatal(err)
		}
	}
	if err := toKernel.Close(); err != nil {
		t.Fatal(err)
	}
	if r := <-done; r.err != io.EOF || !reflect.DeepEqual(r.pictures, []any{[]byte("a picture"), []byte("another one")}) {
		t.Errorf("the kernel has %q (%v)", r.pictures, r.err)
	}
}

// Show returns an error if the kernel ends without an answer.
func TestShowWithoutAnswer(t *testing.T) {
	k, err := newKernel(io.Discard, new(bytes.Buffer))
	if err != nil {
		t.Fatal(err)
	}
	if err := k.show([]byte("a picture")); !errors.Is(err, io.EOF) {
		t.Errorf("%v, want EOF", err)
	}
}

func TestShowOutside(t *testing.T) {
	wording.Check(t, Show(drawing{png: []byte("a picture")}), "kernel", "GoNB")
	failed := errors.New("no room")
	if err := Show(drawing{err: failed}); !errors.Is(err, failed) {
		t.Errorf("%v, want %v", err, failed)
	}
}

// gonbui in the same cell registers a type under the same name.
func TestShowBesideGonbui(t *testing.T) {
	type other struct{ Address string }
	gob.RegisterName("taken", other{})
	wording.Check(t, register("taken"), "gonbui.DisplayPng")
}

// A picture that cannot be drawn does not end the cell.
func TestCell(t *testing.T) {
	stderr := os.Stderr
	defer func() { os.Stderr = stderr }()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	os.Stderr = w
	Cell{}.Draw(context.Background(), "curves.png", func() (show.Drawing, error) { return nil, errors.New("no values") })
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(r); err != nil || string(text) != "curves.png: no values\n" {
		t.Errorf("it prints %q (%v)", text, err)
	}
}
