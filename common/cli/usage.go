package cli

import (
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/ranks/mpi"
)

// usage is the text of -h in a language: the common flags in a fixed order, then the program's own by name.
func usage(name string, d Defaults, l lang.Language) string {
	text := ""
	if d.About != "" {
		text += l.Sprintf("%s: %s\n\n", name, lang.Word(d.About))
	}
	if d.Predict != nil {
		text += l.Sprintf("usage: go run ./%s [flags]\n       go run ./%s -load FILE -predict %s ...\n",
			name, name, d.Predict.Example())
	} else {
		text += l.Sprintf("usage: go run ./%s [flags]\n", name)
	}
	common, own := define(name, d, new(Run), l).Usage()
	text += l.Sprintf("\ncommon flags\n") + common
	if own != "" {
		text += l.Sprintf("\nflags of %s\n", name) + own
	}
	if d.Net {
		text += several(name, l)
	}
	return text
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
