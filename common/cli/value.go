package cli

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// largest bounds counts on the command line, so that int holds them on every platform.
const largest = math.MaxInt32

// checked is a flag's value that is read and judged in one go. The flag package would wrap what
// read says in words of its own, so the first complaint is kept aside.
type checked[T any] struct {
	to       *T
	name     string
	read     func(string) (T, error)
	complain func(error)
}

func (c checked[T]) Set(text string) error {
	v, err := c.read(text)
	if err != nil {
		err = fmt.Errorf("-%s %s: %w", c.name, shown(text), err)
		c.complain(err)
		return err
	}
	*c.to = v
	return nil
}

func (c checked[T]) Get() any { return *c.to }

func (checked[T]) isChecked() {}

// isChecked tells whether the value is a checked one, of any type.
func isChecked(v flag.Value) bool {
	_, ok := v.(interface{ isChecked() })
	return ok
}

func (c checked[T]) String() string {
	if c.to == nil { // the flag package makes a zero value and asks for its text
		return ""
	}
	return fmt.Sprint(*c.to)
}

// plain is a flag's value of the flag package, of which a bad text is refused in the same words as of a
// checked one.
type plain struct {
	flag.Value
	name     string
	complain func(error)
}

func (p plain) Set(text string) error {
	err := p.Value.Set(text)
	if err != nil {
		err = fmt.Errorf("-%s %s: must be %s", p.name, shown(text), p.wanted())
		p.complain(err)
	}
	return err
}

// wanted says what the value is.
func (p plain) wanted() string {
	switch p.Get().(type) {
	case bool:
		return "true or false"
	case int, int64:
		return "a whole number of at most 64 bits"
	case float64:
		return "a number of at most 64 bits"
	}
	return "another value"
}

func (p plain) Get() any {
	if g, ok := p.Value.(flag.Getter); ok {
		return g.Get()
	}
	return p.String()
}

// IsBoolFlag tells the flag package that the name alone is enough.
func (p plain) IsBoolFlag() bool {
	_, ok := p.Get().(bool)
	return ok
}

// count reads a whole number that is at least least.
func count(least int) func(string) (int, error) {
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

// rate reads a learning rate: finite and above zero.
func rate(text string) (float64, error) {
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return 0, errors.New("must be a number")
	case !(x > 0) || math.IsInf(x, 0): // the negation catches NaN too
		return 0, errors.New("must be a finite number above 0")
	}
	return x, nil
}

// between reads a number from low to high.
func between(low, high float64) func(string) (float64, error) {
	return func(text string) (float64, error) {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || !(x >= low && x <= high) {
			return 0, fmt.Errorf("must be a number from %g to %g", low, high)
		}
		return x, nil
	}
}

// seed reads any number of 64 bits without a sign.
func seed(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("must be a whole number from 0 to %d", uint64(math.MaxUint64))
	}
	return n, nil
}

// nameOf takes any name but the empty one.
func nameOf(what string) func(string) (string, error) {
	return func(text string) (string, error) {
		if text == "" {
			return "", errors.New("must name a " + what)
		}
		return text, nil
	}
}

// oneOf takes the words alone.
func oneOf(words ...string) func(string) (string, error) {
	return func(text string) (string, error) {
		if !slices.Contains(words, text) {
			return "", fmt.Errorf("must be %s", strings.Join(words, " or "))
		}
		return text, nil
	}
}

// interval reads a time that is not negative.
func interval(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return 0, errors.New("must be a time, as 90s or 10m")
	case d < 0:
		return 0, errors.New("must be at least 0")
	}
	return d, nil
}

// address takes a host and a port.
func address(text string) (string, error) {
	_, port, err := net.SplitHostPort(text)
	if err != nil || port == "" {
		return "", errors.New("must be a host and a port, as " + liveAddress)
	}
	if _, err := net.LookupPort("tcp", port); err != nil { // a name, as http, is a port too
		return "", fmt.Errorf("invalid port %s: want 0 to %d", shown(port), math.MaxUint16)
	}
	return text, nil
}

// graphFile reads the value of -graph. Graphviz draws better than we could, but to carry it in every program
// would make the start of each five times as long: so there is the text that it draws from.
func graphFile(text string) (string, error) {
	switch ext := strings.ToLower(filepath.Ext(text)); {
	case text == "":
		return "", errors.New("must name a file")
	case ext == ".svg" || ext == ".png":
		bare := strings.TrimSuffix(text, filepath.Ext(text))
		return "", fmt.Errorf("must end in .dot; Graphviz makes a picture of it: dot -T%s %s > %s", ext[1:], shown(bare+".dot"), shown(text))
	case ext != ".dot":
		return "", errors.New("must end in .dot")
	}
	return text, nil
}
