// Package flags reads command lines. Of each flag it knows the kind of its value, and the traits that say which flags it
// excludes and needs, what a resumed run does with it, and whether a page may change it. Package cli has the table of
// the common flags, and each program adds its own to it by cli.Defaults.
package flags

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/lang"
)

// Flags are those of a command line, with their traits.
type Flags struct {
	Names []string // in the order in which they were offered

	set    *flag.FlagSet
	lang   lang.Language // of the uses
	common int           // of Names: the first ones, which are not the program's own
	traits map[string]*Traits
	first  error // of a value that was refused
}

// New has no flags yet. What they are for will be in the language.
func New(language lang.Language) *Flags {
	f := &Flags{set: flag.NewFlagSet("", flag.ContinueOnError), lang: language, traits: map[string]*Traits{}}
	f.set.SetOutput(io.Discard)
	f.set.Usage = func() {}
	return f
}

// Bool offers a switch, off by default.
func (f *Flags) Bool(to *bool, name, use string, list ...Trait) {
	Offer(f, name, to, false, onOff, use, list...)
}

// String offers a text.
func (f *Flags) String(to *string, name, initial, use string, list ...Trait) {
	Offer(f, name, to, initial, anyText, use, list...)
}

// Int offers a whole number.
func (f *Flags) Int(to *int, name string, initial int, use string, list ...Trait) {
	Offer(f, name, to, initial, integer, use, list...)
}

// Count offers a whole number from low to high.
func (f *Flags) Count(to *int, name string, initial, low, high int, use string, list ...Trait) {
	read := func(text string) (int, error) {
		n, err := strconv.Atoi(text)
		if err != nil || n < low || n > high {
			return 0, fmt.Errorf("must be a whole number from %d to %d", low, high)
		}
		return n, nil
	}
	Offer(f, name, to, initial, read, use, list...)
}

// Float64 offers a number.
func (f *Flags) Float64(to *float64, name string, initial float64, use string, list ...Trait) {
	Offer(f, name, to, initial, decimal, use, list...)
}

// Between offers a number from low to high.
func (f *Flags) Between(to *float64, name string, initial, low, high float64, use string, list ...Trait) {
	read := func(text string) (float64, error) {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || !(x >= low && x <= high) {
			return 0, fmt.Errorf("must be a number from %g to %g", low, high)
		}
		return x, nil
	}
	Offer(f, name, to, initial, read, use, list...)
}

// Offer adds a flag with its traits. Parsing puts what read makes of its text into to, or first of all the initial value.
func Offer[T any](f *Flags, name string, to *T, initial T, read func(string) (T, error), use string, list ...Trait) {
	*to = initial
	f.set.Var(value[T]{to, name, read, f.complain}, name, f.lang.Sprintf("%s", lang.Word(use)))
	f.Names = append(f.Names, name)
	t := new(Traits)
	for _, trait := range list {
		trait(t)
	}
	f.traits[name] = t
}

// Own lets a program add its own flags, after all common ones.
func (f *Flags) Own(add func(*Flags)) {
	f.common = len(f.Names)
	if add != nil {
		add(f)
	}
}

func (f *Flags) complain(err error) {
	if f.first == nil {
		f.first = err
	}
}

// Parse reads the flags, and returns the arguments after them. Once these are read, input says what may be there, as
// "PICTURE", or "" for nothing. The error is flag.ErrHelp for -h, else it names the flag or the argument.
func (f *Flags) Parse(args []string, input func() string) ([]string, error) {
	if err := f.set.Parse(args); err != nil {
		switch {
		case errors.Is(err, flag.ErrHelp):
			return nil, flag.ErrHelp
		case f.first != nil:
			return nil, f.first
		}
		hint := "-h lists the flags"
		if input() != "" {
			hint += "; -- separates them from an input that begins with -"
		}
		return nil, fmt.Errorf("%s (%s)", text.Message(err.Error()), hint)
	}
	for _, arg := range f.set.Args() {
		if input() == "" {
			return nil, fmt.Errorf("unexpected argument %s (-h lists the flags)", text.Brief(arg))
		}
		// package flag stops at the first argument: a flag after it would be ignored
		bare, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if strings.HasPrefix(arg, "-") && f.set.Lookup(bare) != nil {
			return nil, fmt.Errorf("%s: flags come before %s", text.Brief(arg), input())
		}
	}
	return f.set.Args(), nil
}

// Set gives a flag another value. The error names the flag.
func (f *Flags) Set(name, text string) error { return f.set.Set(name, text) }

// Given reports whether a flag was on the command line.
func (f *Flags) Given(name string) bool {
	found := false
	f.set.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}
