package flags

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"gorgonia-lectures/common/internal/text"
)

// Setting is a flag after parsing.
type Setting struct {
	*Traits
	Name    string
	Text    string
	Initial string // its default
	Value   any    // a bool, an int, a uint32 or a float64; of another kind its text
	Given   bool   // on the command line
}

// On reports whether a flag was given, and not as false.
func (s Setting) On() bool { return s.Given && s.Value != false }

// Excludes reports whether the flag does not go with another one.
func (s Setting) Excludes(other Setting) bool {
	return slices.Contains(s.not, other.Name) || s.Alone && other.OfFit || s.Name == "study" && other.OfNet
}

// Settings lists all flags after parsing, by name.
func (f *Flags) Settings() []Setting {
	var list []Setting
	f.set.VisitAll(func(defined *flag.Flag) {
		name, text := defined.Name, defined.Value.String()
		s := Setting{f.traits[name], name, text, defined.DefValue, text, f.Given(name)}
		switch v := defined.Value.(flag.Getter).Get().(type) {
		case bool, int, uint32, float64:
			s.Value = v
		}
		list = append(list, s)
	})
	return list
}

// Check is an error for flags that exclude each other, and for one that lacks another.
func Check(list []Setting) error {
	for _, f := range list {
		if !f.On() {
			continue
		}
		needed := func(o Setting) bool { return o.On() && slices.Contains(f.needs, o.Name) }
		if len(f.needs) > 0 && !slices.ContainsFunc(list, needed) {
			return fmt.Errorf("-%s: only with -%s%s", f.Name, strings.Join(f.needs, " or -"), f.hint)
		}
		for _, other := range list {
			switch {
			case !other.Given || other.Name == f.Name:
			case f.Excludes(other):
				return fmt.Errorf("-%s: not with -%s%s", f.Name, other.Name, f.hint)
			case f.Name == "predict" && !other.Predicts:
				return fmt.Errorf("-%s: not with -predict", other.Name)
			}
		}
	}
	return nil
}

// Words are those flags that were given, as words of the shell, which a further run may have too, without some.
func Words(list []Setting, without ...string) []string {
	var words []string
	for _, f := range list {
		switch {
		case !f.Given || f.Once || slices.Contains(without, f.Name):
		case f.Value == true:
			words = append(words, "-"+f.Name)
		case f.Value == false:
			words = append(words, "-"+f.Name+"=false")
		default:
			words = append(words, "-"+f.Name, text.ShellWord(f.Text))
		}
	}
	return words
}
