package flags

import (
	"flag"
	"fmt"
	"slices"
	"strings"
)

// Usage has a line for each flag: the common ones in their order, then the program's own by name.
func (f *Flags) Usage() (common, own string) {
	var all []*flag.Flag
	width := 0
	for _, name := range f.Names {
		defined := f.set.Lookup(name)
		all = append(all, defined)
		width = max(width, len(head(defined)))
	}
	slices.SortFunc(all[f.common:], func(a, b *flag.Flag) int { return strings.Compare(a.Name, b.Name) })
	lines := func(flags []*flag.Flag) (text string) {
		for _, defined := range flags {
			_, use := flag.UnquoteUsage(defined)
			text += fmt.Sprintf("  %-*s  %s%s\n", width, head(defined), use, f.initial(defined, use))
		}
		return text
	}
	return lines(all[:f.common]), lines(all[f.common:])
}

// head is a flag with the name of its value: "-out DIR".
func head(f *flag.Flag) string {
	value, _ := flag.UnquoteUsage(f)
	return strings.TrimRight("-"+f.Name+" "+value, " ")
}

// initial is the default in brackets, unless it is off or empty, or the use has it.
func (f *Flags) initial(of *flag.Flag, use string) string {
	says := strings.TrimSpace(strings.TrimSuffix(f.lang.Sprintf(" (default %s)", ""), ")"))
	if of.DefValue == "" || of.DefValue == "false" || strings.Contains(use, says) {
		return ""
	}
	return f.lang.Sprintf(" (default %s)", of.DefValue)
}
