package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/mpirun"
)

// The nets in the order of the report, and their names in it.
var (
	works  = []string{"cnn", "mlp"}
	titles = map[string]string{"cnn": "Convolutional network", "mlp": "Multilayer perceptron"}
)

// scaling is how the rows of a step grow with the ranks.
type scaling int

const (
	alone  scaling = iota // one rank
	weak                  // two, which have each as many rows in a step as the one
	strong                // two, which have together as many
)

// setup is one line of the report for each form.
type setup struct {
	scaling scaling
	batch   int // rows of a step, of all ranks together
	base    int // what one rank is compared at: its rows in a step
}

func (s setup) ranks() int {
	if s.scaling == alone {
		return 1
	}
	return 2
}

func (s setup) String() string {
	switch s.scaling {
	case weak:
		return fmt.Sprintf("2 ranks, weak, %d rows each", s.base)
	case strong:
		return fmt.Sprintf("2 ranks, strong, %d rows in all", s.base)
	}
	return fmt.Sprintf("1 rank, %d rows", s.base)
}

// setups are those of one net.
var setups = []setup{
	{alone, 32, 32}, {alone, 128, 128},
	{weak, 64, 32}, {weak, 256, 128},
	{strong, 32, 32}, {strong, 128, 128},
}

// batches lists the rows of a step of all setups with so many ranks.
func batches(ranks int) string {
	var list []string
	for _, s := range setups {
		if s.ranks() == ranks {
			list = append(list, strconv.Itoa(s.batch))
		}
	}
	return strings.Join(list, ",")
}

// The forms of this suite: as its programs are on one machine, with gradients in common memory, and as they are between
// machines.
const (
	ours     = "ours"
	messages = "ours, by messages"
)

// peer tells whether a form is another library's.
func peer(form string) bool { return form != ours && form != messages }

// form is one way of training a net on some ranks: a command that measures itself, one batch after another.
type form struct {
	Work  string
	Name  string
	Ranks int

	measure func() ([]mpirun.Line, error)
}

// toolset is what the forms are run with.
type toolset struct {
	worker  string
	python  string // interpreter that has PyTorch; empty: without it
	scripts string
	mnist   string
}

// tools builds the worker, and makes the Python environment if it is not there yet.
func tools(s settings) (toolset, error) {
	var t toolset
	var err error
	folder := filepath.Join(s.out, "bin")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return t, err
	}
	if t.worker, err = mpirun.Build(folder); err != nil {
		return t, err
	}
	// what does not start two ranks, as a machine with one core, is known before PyTorch takes its minutes
	if _, err = mpirun.Worker(t.worker, 2, 1, "-sums", "1", "-seconds", "0.001"); err != nil || s.short {
		return t, err
	}
	if t.mnist, err = bench.Digits(); err != nil {
		return t, err
	}
	if t.scripts, err = bench.Scripts(); err != nil {
		return t, err
	}
	t.python, err = bench.Python(s.out, s.python, filepath.Join(t.scripts, "requirements.txt"))
	return t, err
}

// forms lists the forms of a net in the order of the first round.
func (t toolset) forms(work string, s settings) []form {
	var list []form
	seconds := strconv.FormatFloat(s.seconds, 'g', -1, 64)
	for ranks := 1; ranks <= 2; ranks++ {
		common := []string{"-work", work, "-batches", batches(ranks), "-seconds", seconds}
		own := func(name string, arguments ...string) {
			list = append(list, form{work, name, ranks, func() ([]mpirun.Line, error) {
				return mpirun.Worker(t.worker, ranks, 1, append(arguments, common...)...)
			}})
		}
		own(ours)
		if ranks > 1 {
			own(messages, "-messages")
		}
		torch := func(name, layout string) {
			words := append([]string{t.python, filepath.Join(t.scripts, "ddp_peer.py")}, common...)
			words = append(words, "-form", layout, "-ranks", strconv.Itoa(ranks), "-mnist", t.mnist)
			list = append(list, form{work, name, ranks, func() ([]mpirun.Line, error) {
				// no library is to look for a GPU, and the ranks meet on this machine whatever its name resolves to
				return mpirun.Lines(words, []string{"CUDA_VISIBLE_DEVICES=", "GLOO_SOCKET_IFNAME=lo"})
			}})
		}
		if t.python == "" {
			continue
		}
		torch("PyTorch", "plain")
		if work == "cnn" {
			torch("PyTorch, channels_last", "channels_last")
		}
	}
	return list
}
