package cli

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"gorgonia-lectures/common/ranks/mpi"
)

// usage is the text of -h: the common flags in a fixed order, then the program's own by name.
func usage(name string, d Defaults) string {
	f := define(name, d, new(Run))
	var flags []*flag.Flag
	for _, name := range f.names {
		flags = append(flags, f.set.Lookup(name))
	}
	common, own := flags[:f.common], flags[f.common:]
	slices.SortFunc(own, func(a, b *flag.Flag) int { return strings.Compare(a.Name, b.Name) })

	var text strings.Builder
	if d.About != "" {
		fmt.Fprintf(&text, "%s: %s\n\n", name, d.About)
	}
	fmt.Fprintf(&text, "usage: go run ./%s [flags]", name)
	if d.Predict != nil {
		fmt.Fprintf(&text, "\n       go run ./%s -load FILE -predict %s ...", name, d.Predict.Example())
	}
	text.WriteString("\n\ncommon flags\n")
	width := 0
	for _, f := range flags {
		width = max(width, len(head(f)))
	}
	list := func(flags []*flag.Flag) {
		for _, f := range flags {
			_, use := flag.UnquoteUsage(f)
			fmt.Fprintf(&text, "  %-*s  %s%s\n", width, head(f), use, standard(f, use))
		}
	}
	list(common)
	if len(own) > 0 {
		fmt.Fprintf(&text, "\nflags of %s\n", name)
		list(own)
	}
	if d.Net {
		text.WriteString(several(name))
	}
	return text.String()
}

// several says how to train on several ranks.
func several(name string) string {
	start := fmt.Sprintf("one rank on each, with all its threads, which share each batch of N rows:\n"+
		"mpirun --hostfile FILE --bind-to none ./%s -batch N\n", name)
	if mpi.Built {
		return "\nseveral machines: " + start
	}
	return fmt.Sprintf("\nseveral machines: not in this build; with Open MPI and a C compiler\n"+
		"go build -tags mpi ./%s, then %s", name, start)
}

// head is a flag with the name of its value: "-out DIR".
func head(f *flag.Flag) string {
	value, _ := flag.UnquoteUsage(f)
	return strings.TrimRight("-"+f.Name+" "+value, " ")
}

// standard is the default in brackets, unless it is off or empty, or the text has it.
func standard(f *flag.Flag, use string) string {
	if f.DefValue == "" || f.DefValue == "false" || strings.Contains(use, "(default") {
		return ""
	}
	return fmt.Sprintf(" (default %s)", f.DefValue)
}
