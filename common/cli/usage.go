package cli

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/ranks/mpi"
)

// usage is the text of -h in a language: the common flags in a fixed order, then the program's own by name.
func usage(name string, d Defaults, l lang.Language) string {
	f := define(name, d, new(Run), l)
	var flags []*flag.Flag
	for _, name := range f.names {
		flags = append(flags, f.set.Lookup(name))
	}
	common, own := flags[:f.common], flags[f.common:]
	slices.SortFunc(own, func(a, b *flag.Flag) int { return strings.Compare(a.Name, b.Name) })

	var text strings.Builder
	if d.About != "" {
		text.WriteString(l.Sprintf("%s: %s\n\n", name, lang.Word(d.About)))
	}
	if d.Predict != nil {
		text.WriteString(l.Sprintf("usage: go run ./%s [flags]\n       go run ./%s -load FILE -predict %s ...\n",
			name, name, d.Predict.Example()))
	} else {
		text.WriteString(l.Sprintf("usage: go run ./%s [flags]\n", name))
	}
	text.WriteString(l.Sprintf("\ncommon flags\n"))
	width := 0
	for _, f := range flags {
		width = max(width, len(head(f)))
	}
	list := func(flags []*flag.Flag) {
		for _, f := range flags {
			_, use := flag.UnquoteUsage(f)
			fmt.Fprintf(&text, "  %-*s  %s%s\n", width, head(f), use, standard(f, use, l))
		}
	}
	list(common)
	if len(own) > 0 {
		text.WriteString(l.Sprintf("\nflags of %s\n", name))
		list(own)
	}
	if d.Net {
		text.WriteString(several(name, l))
	}
	return text.String()
}

// several says how to train on several ranks.
func several(name string, l lang.Language) string {
	start := l.Sprintf("one rank on each, with all its threads, which share each batch of N rows:\n"+
		"mpirun --hostfile FILE --bind-to none ./%s -batch N\n", name)
	if mpi.Built {
		return l.Sprintf("\nseveral machines: %s", start)
	}
	return l.Sprintf("\nseveral machines: not in this build; with Open MPI and a C compiler\n"+
		"go build -tags mpi ./%s, then %s", name, start)
}

// head is a flag with the name of its value: "-out DIR".
func head(f *flag.Flag) string {
	value, _ := flag.UnquoteUsage(f)
	return strings.TrimRight("-"+f.Name+" "+value, " ")
}

// standard is the default in brackets, unless it is off or empty, or the text has it.
func standard(f *flag.Flag, use string, l lang.Language) string {
	says := strings.TrimSpace(strings.TrimSuffix(l.Sprintf(" (default %s)", ""), ")"))
	if f.DefValue == "" || f.DefValue == "false" || strings.Contains(use, says) {
		return ""
	}
	return l.Sprintf(" (default %s)", f.DefValue)
}
