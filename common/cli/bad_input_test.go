package cli

import (
	"bytes"
	"context"
	"testing"
)

// Every kind of bad command line, and all that is said of it, by a program that has every common flag.
func TestBadInput(t *testing.T) {
	const (
		hint        = " (-h lists the flags)"
		predictHint = " (-h lists the flags; -- parts them from an input that begins with -)"
		seeds       = ": must be a whole number from 0 to 18446744073709551615"
		host        = ": must be a host and a port, as 127.0.0.1:8080"
		whole       = ": must be a whole number"
		positive    = ": must be a finite number above 0"
	)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-epochs", "-1"}, "-epochs -1: must be at least 0"},
		{[]string{"-epochs", "0"}, "-epochs 0: must be at least 1, or 0 with -load"},
		{[]string{"-epochs", "two"}, "-epochs two" + whole},
		{[]string{"-epochs", "1.5"}, "-epochs 1.5" + whole},
		{[]string{"-epochs", "1e3"}, "-epochs 1e3" + whole},
		{[]string{"-epochs", "0x10"}, "-epochs 0x10" + whole},
		{[]string{"-epochs", " 1"}, `-epochs " 1"` + whole},
		{[]string{"-epochs", "2147483648"}, "-epochs 2147483648: must be at most 2147483647"},
		{[]string{"-epochs", "99999999999999999999"}, "-epochs 99999999999999999999: must be at most 2147483647"},
		{[]string{"-epochs", "-99999999999999999999"}, "-epochs -99999999999999999999: must be at least 0"},
		{[]string{"-epochs"}, "flag needs an argument: -epochs" + hint},
		{[]string{"-batch", "0"}, "-batch 0: must be at least 1"},
		{[]string{"-batch="}, `-batch ""` + whole},
		{[]string{"-lr", "0"}, "-lr 0" + positive},
		{[]string{"-lr", "-0.1"}, "-lr -0.1" + positive},
		{[]string{"-lr", "NaN"}, "-lr NaN" + positive},
		{[]string{"-lr", "Inf"}, "-lr Inf" + positive},
		{[]string{"-lr", "1e999"}, "-lr 1e999" + positive},
		{[]string{"-lr", "1e-999"}, "-lr 1e-999" + positive},
		{[]string{"-lr", "fast"}, "-lr fast: must be a number"},
		{[]string{"-lr", "0,1"}, "-lr 0,1: must be a number"},
		{[]string{"-seed", "-1"}, "-seed -1" + seeds},
		{[]string{"-seed", "18446744073709551616"}, "-seed 18446744073709551616" + seeds},
		{[]string{"-seed", "x"}, "-seed x" + seeds},
		{[]string{"-out="}, `-out "": must name a folder`},
		{[]string{"-data="}, `-data "": must name a folder`},
		{[]string{"-limit", "-1"}, "-limit -1: must be at least 0"},
		{[]string{"-limit", "all"}, "-limit all" + whole},
		{[]string{"-stream"}, "-stream: name the folder of the uncompressed files with -data"},
		{[]string{"-stream=2", "-data", "d"}, "-stream 2: must be true or false"},
		{[]string{"-load="}, `-load "": must name a file`},
		{[]string{"-save="}, `-save "": must name a file`},
		{[]string{"-graph="}, `-graph "": must name a file`},
		{[]string{"-graph", "net.png"}, "-graph net.png: must end in .dot; Graphviz makes a picture of it: dot -Tpng net.dot > net.png"},
		{[]string{"-graph", "a\n.svg"}, `-graph "a\n.svg": must end in .dot; Graphviz makes a picture of it: dot -Tsvg "a\n.dot" > "a\n.svg"`},
		{[]string{"-graph", "net.h5"}, "-graph net.h5: must end in .dot"},
		{[]string{"-quiet=maybe"}, "-quiet maybe: must be true or false"},
		{[]string{"-no-pictures=2"}, "-no-pictures 2: must be true or false"},
		{[]string{"-svg="}, `-svg "": must be true or false`},
		{[]string{"-live=yes"}, "-live yes: must be true or false"},
		{[]string{"-predict=on"}, "-predict on: must be true or false"},
		{[]string{"-json=null"}, "-json null: must be true or false"},
		{[]string{"-wrong", "many"}, "-wrong many: must be a whole number of at most 64 bits"},
		{[]string{"-wrong", "9223372036854775808"}, "-wrong 9223372036854775808: must be a whole number of at most 64 bits"},
		{[]string{"-wrong", "a\nb"}, `-wrong "a\nb": must be a whole number of at most 64 bits`},

		// runs that go on
		{[]string{"-checkpoint="}, `-checkpoint "": must name a file`},
		{[]string{"-resume="}, `-resume "": must name a file`},
		{[]string{"-resume", "a.h5", "-load", "b.h5"}, "-resume: not with -load, as the run has its net"},
		{[]string{"-checkpoint-every", "5m"}, "-checkpoint-every: only with -checkpoint or -resume"},
		{[]string{"-checkpoint-every", "5"}, "-checkpoint-every 5: must be a time, as 90s or 10m"},
		{[]string{"-checkpoint-every", "-5s"}, "-checkpoint-every -5s: must be at least 0"},
		{[]string{"-keep", "worst"}, "-keep worst: must be last or best"},
		{[]string{"-patience", "-1"}, "-patience -1: must be at least 0"},
		{[]string{"-check=maybe"}, "-check maybe: must be true or false"},
		{[]string{"-load", "a.h5", "-checkpoint", "b.h5", "-predict", "7.png"}, "-checkpoint: not with -predict"},
		{[]string{"-resume", "none.h5"}, "resume none.h5: no such file or directory"},

		// the learning rate that follows the batch
		{[]string{"-lr-scale", "square"}, "-lr-scale square: must be none or linear"},
		{[]string{"-lr-scale="}, `-lr-scale "": must be none or linear`},
		{[]string{"-warmup", "-1", "-lr-scale", "linear"}, "-warmup -1: must be at least 0"},
		{[]string{"-warmup", "0.5", "-lr-scale", "linear"}, "-warmup 0.5" + whole},
		{[]string{"-warmup", "2"}, "-warmup: only with -lr-scale linear"},
		{[]string{"-warmup", "2", "-lr-scale", "none"}, "-warmup: only with -lr-scale linear"},
		{[]string{"-lr-scale", "linear", "-load", "a.h5"}, "-lr-scale linear: with -load only if -lr says of what, as the net may have a scaled one"},
		{[]string{"-load", "a.h5", "-lr", "1", "-lr-scale", "linear", "-predict", "7.png"}, "-lr: not with -predict"},

		// the page of -live
		{[]string{"-live", "-live-addr", "8080"}, "-live-addr 8080" + host},
		{[]string{"-live", "-live-addr="}, `-live-addr ""` + host},
		{[]string{"-live", "-live-addr", "localhost"}, "-live-addr localhost" + host},
		{[]string{"-live", "-live-addr", "localhost:"}, "-live-addr localhost:" + host},
		{[]string{"-live", "-live-addr", "::1:8080"}, "-live-addr ::1:8080" + host},
		{[]string{"-live", "-live-addr", "http://localhost:8080"}, "-live-addr http://localhost:8080" + host},
		{[]string{"-live", "-live-addr", "localhost:65536"}, "-live-addr localhost:65536: the port 65536 is none, want one from 0 to 65535"},
		{[]string{"-live", "-live-addr", "localhost:-1"}, "-live-addr localhost:-1: the port -1 is none, want one from 0 to 65535"},
		{[]string{"-live", "-live-addr", "localhost:no port"}, `-live-addr "localhost:no port": the port "no port" is none, want one from 0 to 65535`},
		{[]string{"-live-addr", ":0"}, "-live-addr: only with -live"},
		{[]string{"-live=false", "-live-addr", ":0"}, "-live-addr: only with -live"},

		// runs that go on, and how they end
		{[]string{"-checkpoint="}, `-checkpoint "": must name a file`},
		{[]string{"-resume="}, `-resume "": must name a file`},
		{[]string{"-checkpoint-every", "5"}, "-checkpoint-every 5: must be a time, as 90s or 10m"},
		{[]string{"-checkpoint-every", "-5s"}, "-checkpoint-every -5s: must be at least 0"},
		{[]string{"-checkpoint-every", "9e9h"}, "-checkpoint-every 9e9h: must be a time, as 90s or 10m"},
		{[]string{"-checkpoint-every", "5m"}, "-checkpoint-every: only with -checkpoint or -resume"},
		{[]string{"-keep", "worst"}, "-keep worst: must be last or best"},
		{[]string{"-keep="}, `-keep "": must be last or best`},
		{[]string{"-patience", "-1"}, "-patience -1: must be at least 0"},
		{[]string{"-patience", "long"}, "-patience long" + whole},
		{[]string{"-check=2"}, "-check 2: must be true or false"},
		{[]string{"-resume", "a.h5", "-load", "b.h5"}, "-resume: not with -load, as the run has its net"},
		{[]string{"-load", "a.h5", "-checkpoint", "b.h5", "-predict", "7.png"}, "-checkpoint: not with -predict"},
		{[]string{"-load", "a.h5", "-check", "-predict", "7.png"}, "-check: not with -predict"},

		// what does not go together
		{[]string{"-predict", "7.png"}, "-predict: name a net with -load"},
		{[]string{"-load", "a.h5", "-predict"}, "-predict: name one PICTURE or more behind the flags"},
		{[]string{"-load", "a.h5", "-json"}, "-json: only with -predict"},
		{[]string{"-load", "a.h5", "-live", "-predict", "7.png"}, "-live: not with -predict"},
		{[]string{"-load", "a.h5", "-live", "-live-addr", ":0", "-predict", "7.png"}, "-live: not with -predict"},
		{[]string{"-load", "a.h5", "-live-addr", ":0", "-predict", "7.png"}, "-live-addr: only with -live"},
		{[]string{"-load", "a.h5", "-stream", "-data", "d", "-predict", "7.png"}, "-data: not with -predict"},
		{[]string{"-load", "a.h5", "-epochs", "3", "-predict", "7.png"}, "-epochs: not with -predict"},
		{[]string{"-load", "a.h5", "-save", "b.h5", "-predict", "7.png"}, "-save: not with -predict"},
		{[]string{"-load", "a.h5", "-predict", "7.png", "-quiet"}, "-quiet: flags come before PICTURE"},
		{[]string{"-load", "a.h5", "-predict", "7.png", "-live"}, "-live: flags come before PICTURE"},
		{[]string{"-load", "a.h5", "-predict", "-7.png"}, "flag provided but not defined: -7.png" + predictHint},
		{[]string{"-load", "a.h5", "7.png"}, "unexpected argument 7.png" + hint},

		// what is no flag
		{[]string{"-learning-rate", "1"}, "flag provided but not defined: -learning-rate" + hint},
		{[]string{"-a\n\x1b[2Jb"}, `flag provided but not defined: -a\n\x1b[2Jb` + hint},
		{[]string{"---epochs"}, "bad flag syntax: ---epochs" + hint},
		{[]string{"-=3"}, "bad flag syntax: -=3" + hint},
		{[]string{"train"}, "unexpected argument train" + hint},
		{[]string{"-quiet", "true"}, "unexpected argument true" + hint},
		{[]string{""}, `unexpected argument ""` + hint},
		{[]string{"a\nb"}, `unexpected argument "a\nb"` + hint},

		// the first of several
		{[]string{"-batch", "0", "-lr", "0"}, "-batch 0: must be at least 1"},
		{[]string{"-batch", "0", "-what"}, "-batch 0: must be at least 1"},
	} {
		var stdout, stderr bytes.Buffer
		code := Main(t.Context(), "mnistcnn", mnist, func(context.Context, Options) error {
			t.Errorf("%q: the program ran", c.args)
			return nil
		}, c.args, &stdout, &stderr)
		if want := "mnistcnn: " + c.want + "\n"; code != 1 || stdout.Len() > 0 || stderr.String() != want {
			t.Errorf("%q: code %d, stdout %q, stderr\n%s, want\n%s", c.args, code, &stdout, &stderr, want)
		}
	}
}
