package cli

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/solver"

	"gorgonia.org/tensor"
)

// Flags are those of a command line, with their traits.
type Flags struct {
	set    *flag.FlagSet
	lang   lang.Language // of the uses
	names  []string      // in the order of the table
	common int           // of these: the first ones, which are not the program's own
	traits map[string]*traits
	first  error // of a value that was refused
}

// traits say which flags a flag excludes and needs, and what a resumed run does with it.
type traits struct {
	ofFit    bool     // concerns the Fit of the one net: not with alone
	ofNet    bool     // concerns the one net: not with -study
	alone    bool     // trains differently than by Fit: not with ofFit, nor on several ranks
	predicts bool     // goes with -predict
	unkept   bool     // a checkpoint does not keep it
	free     bool     // a resumed run may change it
	needs    []string // one of these must be given too
	not      []string // these must not be
	hint     string   // after the error of needs or not

	onPage bool       // a visitor of the page of -live may change it
	bounds [2]float64 // of a number on the page
}

// Trait is one of a flag's traits.
type Trait func(*traits)

// The traits of a program's own flags.
var (
	OfNet Trait = func(t *traits) { t.ofNet = true } // concerns the one net: not with -study
	Alone Trait = func(t *traits) { t.alone = true } // trains differently than by Fit: not with the flags of Fit
	Free  Trait = func(t *traits) { t.free = true }  // a resumed run may change it
)

// OnPage is the trait of a number that a visitor of the page of -live may change, from low to high.
func OnPage(low, high float64) Trait {
	return func(t *traits) { t.onPage, t.bounds = true, [2]float64{low, high} }
}

// Not is the trait of a flag that excludes others.
func Not(names ...string) Trait { return func(t *traits) { t.not = append(t.not, names...) } }

var (
	ofFit    Trait = func(t *traits) { t.ofFit, t.ofNet = true, true }
	predicts Trait = func(t *traits) { t.predicts = true }
	unkept   Trait = func(t *traits) { t.unkept = true }
)

// needs is the trait of a flag that needs one of the others.
func needs(names ...string) Trait { return func(t *traits) { t.needs = append(t.needs, names...) } }

func hint(text string) Trait { return func(t *traits) { t.hint = text } }

func (f *Flags) complain(err error) {
	if f.first == nil {
		f.first = err
	}
}

// Bool offers a switch, off by default.
func (f *Flags) Bool(to *bool, name, use string, list ...Trait) {
	offer(f, name, to, false, onOff, use, list...)
}

// String offers a text.
func (f *Flags) String(to *string, name, initial, use string, list ...Trait) {
	offer(f, name, to, initial, anyText, use, list...)
}

// Int offers a whole number.
func (f *Flags) Int(to *int, name string, initial int, use string, list ...Trait) {
	offer(f, name, to, initial, integer, use, list...)
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
	offer(f, name, to, initial, read, use, list...)
}

// Float64 offers a number.
func (f *Flags) Float64(to *float64, name string, initial float64, use string, list ...Trait) {
	offer(f, name, to, initial, decimal, use, list...)
}

// Between offers a number from low to high.
func (f *Flags) Between(to *float64, name string, initial, low, high float64, use string, list ...Trait) {
	offer(f, name, to, initial, between(low, high), use, list...)
}

// offer adds a flag with its traits.
func offer[T any](f *Flags, name string, to *T, initial T, read func(string) (T, error), use string, list ...Trait) {
	*to = initial
	f.set.Var(value[T]{to, name, read, f.complain}, name, f.lang.Sprintf("%s", lang.Word(use)))
	f.names = append(f.names, name)
	t := new(traits)
	for _, trait := range list {
		trait(t)
	}
	f.traits[name] = t
}

// parse reads the arguments. The error is flag.ErrHelp for -h, else it names the flag.
func parse(name string, d Defaults, args []string) (*Run, error) {
	r := &Run{Program: name, Dtype: d.Dtype, defaults: d}
	if r.Dtype.Type == nil {
		r.Dtype = tensor.Float32
	}
	f := define(name, d, r, lang.English)
	if err := f.set.Parse(args); err != nil {
		switch {
		case errors.Is(err, flag.ErrHelp):
			return r, flag.ErrHelp
		case f.first != nil:
			return r, f.first
		}
		hint := "-h lists the flags"
		if r.predict {
			hint += "; -- separates them from an input that begins with -"
		}
		return r, fmt.Errorf("%s (%s)", text.Message(err.Error()), hint)
	}
	r.Args = f.set.Args()
	if r.optimizer != "" && !f.given("lr") {
		r.LearningRate = solver.DefaultRate(r.optimizer)
	}
	r.set, r.flags = f, f.settings()
	for _, arg := range r.Args {
		if !r.predict {
			return r, fmt.Errorf("unexpected argument %s (-h lists the flags)", shown(arg))
		}
		// the flag package stops at the first argument: a flag after it would be ignored
		bare, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if strings.HasPrefix(arg, "-") && f.set.Lookup(bare) != nil {
			return r, fmt.Errorf("%s: flags come before %s", shown(arg), d.Predict.Example())
		}
	}
	if err := r.checkFlags(); err != nil {
		return r, err
	}
	return r, r.scaleRate()
}

// setting is a flag after parsing.
type setting struct {
	*traits
	name    string
	text    string
	initial string // its default
	value   any    // what run.json shows
	given   bool   // on the command line
}

// excludes reports whether the flag does not go with another one.
func (s setting) excludes(other setting) bool {
	return slices.Contains(s.not, other.name) || s.alone && other.ofFit || s.name == "study" && other.ofNet
}

// on reports whether a flag was given, and not as false.
func (s setting) on() bool { return s.given && s.value != false }

// given reports whether a flag of a parsed set was on the command line.
func (f *Flags) given(name string) bool {
	found := false
	f.set.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// settings lists all flags of a parsed set, by name.
func (f *Flags) settings() []setting {
	var list []setting
	f.set.VisitAll(func(defined *flag.Flag) {
		name, text := defined.Name, defined.Value.String()
		s := setting{f.traits[name], name, text, defined.DefValue, text, f.given(name)}
		switch v := defined.Value.(flag.Getter).Get().(type) {
		case bool, int, uint32:
			s.value = v
		case float64:
			s.value = number(v)
		}
		list = append(list, s)
	})
	return list
}
