package flags

import (
	"errors"
	"fmt"
	"math"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorgonia-lectures/common/internal/text"
)

// shown writes somebody else's text in a message.
var shown = text.Brief

// largest bounds counts on the command line, so that int holds them on every platform.
const largest = math.MaxInt32

// value is a flag's value. An error of read also goes to complain, because the flag package rewords it.
type value[T any] struct {
	to       *T
	name     string
	read     func(string) (T, error)
	complain func(error)
}

func (v value[T]) Set(text string) error {
	x, err := v.read(text)
	if err != nil {
		err = fmt.Errorf("-%s %s: %w", v.name, shown(text), err)
		v.complain(err)
		return err
	}
	*v.to = x
	return nil
}

func (v value[T]) Get() any { return *v.to }

func (v value[T]) String() string {
	if v.to == nil { // the flag package makes a zero value and asks for its text
		return ""
	}
	return fmt.Sprint(*v.to)
}

// IsBoolFlag is for the flag package: the name alone is enough.
func (v value[T]) IsBoolFlag() bool {
	_, ok := any(*v.to).(bool)
	return ok
}

// parsed reads a value of one kind by a function of strconv.
func parsed[T any](parse func(string) (T, error), kind string) func(string) (T, error) {
	return func(text string) (T, error) {
		x, err := parse(text)
		if err != nil {
			err = errors.New("must be " + kind)
		}
		return x, err
	}
}

var (
	onOff   = parsed(strconv.ParseBool, "true or false")
	integer = parsed(func(text string) (int, error) {
		n, err := strconv.ParseInt(text, 0, strconv.IntSize)
		return int(n), err
	}, "a whole number of at most 64 bits")
	decimal = parsed(func(text string) (float64, error) { return strconv.ParseFloat(text, 64) },
		"a number of at most 64 bits")
)

func anyText(text string) (string, error) { return text, nil }

// Count reads a whole number that is at least least.
func Count(least int) func(string) (int, error) {
	return func(text string) (int, error) {
		n, err := strconv.ParseInt(text, 10, 64)
		switch {
		case err != nil && !errors.Is(err, strconv.ErrRange):
			return 0, errors.New("must be a whole number")
		case n < int64(least):
			return 0, fmt.Errorf("must be at least %d", least)
		case n > largest:
			return 0, fmt.Errorf("must be at most %d", largest)
		}
		return int(n), nil
	}
}

// Rate reads a learning rate: finite and above zero.
func Rate(text string) (float64, error) {
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return 0, errors.New("must be a number")
	case !(x > 0) || math.IsInf(x, 0): // the negation catches NaN too
		return 0, errors.New("must be a finite number above 0")
	}
	return x, nil
}

// Seed reads what keras.utils.set_random_seed takes.
func Seed(text string) (uint32, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("must be a whole number from 0 to %d", uint32(math.MaxUint32))
	}
	return uint32(n), nil
}

// Name takes any name but the empty one.
func Name(what string) func(string) (string, error) {
	return func(text string) (string, error) {
		if text == "" {
			return "", errors.New("must name a " + what)
		}
		return text, nil
	}
}

// OneOf takes one of the words.
func OneOf(words ...string) func(string) (string, error) {
	return func(text string) (string, error) {
		if !slices.Contains(words, text) {
			return "", fmt.Errorf("must be %s", strings.Join(words, " or "))
		}
		return text, nil
	}
}

// Interval reads a time that is not negative.
func Interval(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return 0, errors.New("must be a time, as 90s or 10m")
	case d < 0:
		return 0, errors.New("must be at least 0")
	}
	return d, nil
}

// LiveAddress is the default of -live-addr, and the example of an address.
const LiveAddress = "127.0.0.1:8080"

// Address takes a host and a port.
func Address(text string) (string, error) {
	_, port, err := net.SplitHostPort(text)
	if err != nil || port == "" {
		return "", errors.New("must be a host and a port, as " + LiveAddress)
	}
	if _, err := net.LookupPort("tcp", port); err != nil { // a name, as http, is a port too
		return "", fmt.Errorf("invalid port %s: want 0 to %d", shown(port), math.MaxUint16)
	}
	return text, nil
}

// CheckpointFile reads the name of a checkpoint: an .h5 file, which also has the run.
func CheckpointFile(text string) (string, error) {
	if ext := filepath.Ext(text); strings.EqualFold(ext, ".onnx") || strings.EqualFold(ext, ".keras") {
		return "", errors.New("must be an .h5 file: only -save and -load take .keras and .onnx files")
	}
	return Name("file")(text)
}

// GraphFile takes a name that ends in .dot, a text for Graphviz. With Graphviz linked in, each program would take five
// times as long to start.
func GraphFile(text string) (string, error) {
	switch ext := strings.ToLower(filepath.Ext(text)); {
	case text == "":
		return "", errors.New("must name a file")
	case ext == ".svg" || ext == ".png":
		bare := strings.TrimSuffix(text, filepath.Ext(text))
		return "", fmt.Errorf("must end in .dot; Graphviz makes a picture of it: dot -T%s %s > %s",
			ext[1:], shown(bare+".dot"), shown(text))
	case ext != ".dot":
		return "", errors.New("must end in .dot")
	}
	return text, nil
}
