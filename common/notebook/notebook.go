// Package notebook shows pictures in a Jupyter notebook whose kernel is GoNB (github.com/janpfeifer/gonb), and tests
// the lecture's notebooks: lecture.ipynb in the folder of each program.
//
// A cell of GoNB is a program. It sends pictures to the kernel through a named pipe, by the protocol of GoNB's package
// gonbui/protocol (v0.11.3): messages of encoding/gob. Their types are declared here, because importing gonbui would
// add the kernel's modules to those of the cell. A cell that imports gonbui must show its pictures by gonbui.
package notebook

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/show"
)

// Cell prints and draws for the parts of package show: text goes to the cell's output, pictures below it.
type Cell struct{}

// Printf prints to the cell's output.
func (Cell) Printf(format string, args ...any) { fmt.Printf(format, args...) }

// Draw shows the picture below the cell. It prints an error, with the name, to standard error.
func (Cell) Draw(_ context.Context, name string, drawing func() (show.Drawing, error)) {
	picture, err := drawing()
	if err == nil {
		err = Show(picture)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	}
}

// Show shows a picture of package chart below the cell. It returns an error outside a GoNB notebook.
func Show(picture show.Drawing) error {
	png, err := picture.Encode("picture.png")
	if err != nil {
		return err
	}
	k, err := connect()
	if err != nil {
		return fmt.Errorf("notebook: %w", err)
	}
	if err := k.show(png); err != nil {
		return fmt.Errorf("notebook: the kernel: %w", err)
	}
	return nil
}

// displayData and commValue are the protocol's DisplayData and CommValue. gob matches structs by the names of their
// fields, and a value in an interface by the name under which GoNB registers its type.
type displayData struct{ Data map[string]any } // by media type

type commValue struct {
	Address string
	Value   any
}

const (
	nameOfCommValue = "github.com/janpfeifer/gonb/gonbui/protocol.CommValue"
	synchronize     = "#gonbui/sync" // the kernel answers once it has shown everything before
	synchronized    = "#gonbui/sync_ack"
)

// kernel is the connection of a cell with the kernel. The mutex keeps a message and its answer together.
type kernel struct {
	sync.Mutex
	out *gob.Encoder
	in  *gob.Decoder
}

// connect opens the pipes, which the kernel reads and writes until the cell ends.
var connect = sync.OnceValues(func() (*kernel, error) {
	to, from := os.Getenv("GONB_PIPE"), os.Getenv("GONB_PIPE_BACK")
	if to == "" || from == "" {
		return nil, errors.New("no kernel to show the picture: run this in a cell of a GoNB notebook")
	}
	out, err := os.OpenFile(to, os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", to, file.Cause(err))
	}
	in, err := os.Open(from)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, file.Cause(err))
	}
	return newKernel(out, in)
})

func newKernel(out io.Writer, in io.Reader) (*kernel, error) {
	if err := register(nameOfCommValue); err != nil {
		return nil, err
	}
	return &kernel{out: gob.NewEncoder(out), in: gob.NewDecoder(in)}, nil
}

// register registers commValue under the name. If another type has the name, gob panics and register returns an error.
func register(name string) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the cell imports gonbui: show its pictures by gonbui.DisplayPng")
		}
	}()
	gob.RegisterName(name, commValue{})
	return nil
}

// show sends the picture and waits until the kernel has shown it: what is still in the pipe when the cell ends is lost.
func (k *kernel) show(png []byte) error {
	k.Lock()
	defer k.Unlock()
	for _, message := range []displayData{
		{map[string]any{"image/png": png}},
		{map[string]any{"gonb/comm_value": commValue{synchronize, 1}}},
	} {
		if err := k.out.Encode(message); err != nil {
			return err
		}
	}
	for {
		var answer commValue
		if err := k.in.Decode(&answer); err != nil || answer.Address == synchronized {
			return err
		}
	}
}
