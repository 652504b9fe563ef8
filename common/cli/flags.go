package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"path"
	"strconv"
	"strings"

	"gorgonia.org/tensor"
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

// checker is a checked value of any type.
type checker interface{ isChecked() }

func (checked[T]) isChecked() {}

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

// command is a command line that is being parsed.
type command struct {
	set    *flag.FlagSet
	common []string // names of the common flags, in the order of -h
	first  error    // the first complaint of a checked value
}

func (c *command) complain(err error) {
	if c.first == nil {
		c.first = err
	}
}

// offer adds a checked flag among the common ones.
func offer[T any](c *command, name string, to *T, initial T, read func(string) (T, error), use string) {
	*to = initial
	c.set.Var(checked[T]{to, name, read, c.complain}, name, use)
	c.common = append(c.common, name)
}

// define makes the flags that d offers; parsing puts their values into opt.
func define(name string, d Defaults, opt *Options) *command {
	c := &command{set: flag.NewFlagSet(name, flag.ContinueOnError)}
	c.set.SetOutput(io.Discard)
	c.set.Usage = func() {}
	if d.Epochs != 0 {
		least := 1
		if d.Net {
			least = 0
		}
		offer(c, "epochs", &opt.Epochs, d.Epochs, count(least), "train for `N` passes over the training rows")
	}
	if d.Batch != 0 {
		offer(c, "batch", &opt.Batch, d.Batch, count(1), "update the weights after every `N` rows")
	}
	if d.LearningRate != 0 {
		offer(c, "lr", &opt.LearningRate, d.LearningRate, rate, "learning rate `X` of the optimizer")
	}
	offer(c, "seed", &opt.Seed, 1, seed, "number `N` that fixes weights, shuffling and dropout")
	offer(c, "out", &opt.Out, path.Join("out", name), folder, "write the run's files into folder `DIR`")
	c.set.BoolVar(&opt.Quiet, "quiet", false, "print nothing but errors")
	c.set.BoolVar(&opt.NoPictures, "no-pictures", false, "draw no pictures")
	c.set.BoolVar(&opt.SVG, "svg", false, "draw each picture as .svg beside the .png")
	c.common = append(c.common, "quiet", "no-pictures", "svg")
	if d.Net {
		defineNet(c, d, opt)
	}
	if d.MNIST {
		offer(c, "data", &opt.Data, "", folder,
			"read the four MNIST files from folder `DIR` (default the Go module cache)")
		offer(c, "limit", &opt.Limit, 0, count(0),
			"use the first `N` digits to train and the first N to test (default 0, all)")
		c.set.BoolVar(&opt.Stream, "stream", false,
			"read the digits of -data from disk while training: uncompressed IDX files of any number of digits")
		c.common = append(c.common, "stream")
	}
	if d.Flags != nil {
		d.Flags(c.set)
	}
	c.set.VisitAll(func(f *flag.Flag) {
		if _, ok := f.Value.(checker); !ok {
			f.Value = plain{f.Value, f.Name, c.complain}
		}
	})
	return c
}

// parse reads the arguments. The error is flag.ErrHelp for -h, else it names the flag.
func parse(name string, d Defaults, args []string) (Options, error) {
	opt := Options{Program: name, Dtype: d.Dtype, defaults: d, session: &session{name: name}}
	if opt.Dtype.Type == nil {
		opt.Dtype = tensor.Float32
	}
	c := define(name, d, &opt)
	if err := c.set.Parse(args); err != nil {
		switch {
		case errors.Is(err, flag.ErrHelp):
			return opt, flag.ErrHelp
		case c.first != nil:
			return opt, c.first
		}
		hint := "-h lists the flags"
		if opt.predict {
			hint += "; -- parts them from an input that begins with -"
		}
		return opt, fmt.Errorf("%s (%s)", graphic(err.Error()), hint)
	}
	opt.Args = c.set.Args()
	opt.flags = settings(c.set)
	for _, arg := range opt.Args {
		if !opt.predict {
			return opt, fmt.Errorf("unexpected argument %s (-h lists the flags)", shown(arg))
		}
		// The flag package stops at the first argument; a flag behind it would be lost in silence.
		bare, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if strings.HasPrefix(arg, "-") && c.set.Lookup(bare) != nil {
			return opt, fmt.Errorf("%s: flags come before %s", shown(arg), d.Predict.Args)
		}
	}
	if err := checkNet(opt, d); err != nil {
		return opt, err
	}
	return opt, opt.scaleRate()
}

// graphic escapes what would not be seen in a line, or break it.
func graphic(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strconv.IsGraphic(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

// settings lists all flags of a parsed set, by name.
func settings(set *flag.FlagSet) []setting {
	given := map[string]bool{}
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	var list []setting
	set.VisitAll(func(f *flag.Flag) {
		s := setting{name: f.Name, text: f.Value.String(), given: given[f.Name]}
		s.value = s.text
		if g, ok := f.Value.(flag.Getter); ok {
			switch v := g.Get().(type) {
			case bool, int, int64, uint, uint64:
				s.value = v
			case float64:
				s.value = number(v)
			}
		}
		list = append(list, s)
	})
	return list
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

// seed reads any number of 64 bits without a sign.
func seed(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("must be a whole number from 0 to %d", uint64(math.MaxUint64))
	}
	return n, nil
}

// folder takes any name but the empty one.
func folder(text string) (string, error) {
	if text == "" {
		return "", errors.New("must name a folder")
	}
	return text, nil
}
