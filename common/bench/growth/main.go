// Command growth times training steps of the convolutional network with several batch sizes and several widths of the
// net, in this suite and in PyTorch. It writes tables in Markdown and a picture. The working directory must be the
// module's. See common/bench/README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
)

var (
	before  = flag.Int("before", 100, "steps of 32 rows before the timed ones, to give the net the zeros of training")
	seconds = flag.Float64("seconds", 1, "timed `seconds` of each batch size, after the same time to warm up")
	python  = flag.String("python", bench.Python, "Python `command` that has PyTorch")
)

func main() { report.Main("growth", 2, run) }

// The axes of the report: each width with the lecture's batch size, and each batch size with the lecture's width.
var (
	batches = []int{1, 8, lectureBatch, 128, 512}
	widths  = []float64{0.5, lectureWidth, 2, 4}
)

const lectureBatch, lectureWidth = 32, 1

// form is a way to train the net with one width: a command that times each batch size.
type form struct {
	Name    string
	Width   float64
	Batches []int

	command func(arguments ...string) (bench.Process, error)
}

const ours, torch = "here", "PyTorch"

func (f form) String() string { return fmt.Sprintf("%s, width %v", f.Name, f.Width) }

// Run measures all batch sizes.
func (f form) Run() (bench.Process, error) {
	var list []string
	for _, b := range f.Batches {
		list = append(list, strconv.Itoa(b))
	}
	return f.command("-work", "cnn", "-width", fmt.Sprint(f.Width), "-batches", strings.Join(list, ","),
		"-before", strconv.Itoa(*before), "-seconds", fmt.Sprint(*seconds), "-threads", strconv.Itoa(runtime.NumCPU()))
}

type measurement = bench.Measurement[form]

func run(s report.Settings) error {
	if *before < 0 || !(*seconds > 0) {
		return fmt.Errorf("-before %d, -seconds %v: want at least 0, and more than 0", *before, *seconds)
	}
	if s.Short {
		*before, *seconds, batches, widths = 1, 0.001, batches[:3], widths[:2]
	}
	folder := filepath.Join(s.Out, "bin")
	if err := bench.Build(folder, "", "common/bench/worker"); err != nil {
		return err
	}
	var peers *bench.Peers
	if !s.Short {
		var err error
		if peers, err = bench.NewPeers(*python); err != nil {
			return err
		}
	}
	all, failed := bench.Measure(s, forms(filepath.Join(folder, "worker"), peers))
	r := collect(all)
	picture, err := r.picture()
	if err == nil && !s.Short {
		err = errors.Join(os.MkdirAll(s.Out, 0o755), os.WriteFile(filepath.Join(s.Out, pictureName), picture, 0o644))
	}
	return errors.Join(failed, err, s.Write("growth", bench.Versions(all)+r.markdown(), all))
}

// forms returns the forms of all widths; if peers is nil, only those of this suite.
func forms(worker string, peers *bench.Peers) []form {
	var list []form
	for _, width := range widths {
		rows := []int{lectureBatch}
		if width == lectureWidth {
			rows = batches
		}
		list = append(list, form{ours, width, rows, func(arguments ...string) (bench.Process, error) {
			return bench.Run(append([]string{worker}, arguments...), nil)
		}})
		if peers == nil {
			continue
		}
		for _, layout := range []string{"plain", "channels_last"} {
			name := torch
			if layout != "plain" {
				name += ", " + layout
			}
			list = append(list, form{name, width, rows, func(arguments ...string) (bench.Process, error) {
				return peers.Run("ddp_peer.py", append(arguments, "-form", layout, "-ranks", "1")...)
			}})
		}
	}
	return list
}
