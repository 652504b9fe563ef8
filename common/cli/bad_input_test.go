package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

// refused wants exit code 1 and one line with the facts, before the program runs.
func refused(t *testing.T, d Defaults, args []string, facts ...string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := Execute(t.Context(), "mnistcnn", d, func(context.Context, *Run) error {
		t.Error("the program ran")
		return nil
	}, args, &stdout, &stderr)
	text, named := strings.CutPrefix(stderr.String(), "mnistcnn: ")
	if code != 1 || stdout.Len() > 0 || !named {
		t.Errorf("code %d, stdout %q, stderr %q, want 1, nothing and a line of mnistcnn", code, &stdout, &stderr)
	}
	wording.Line(t, text, facts...)
}

// Every kind of bad command line, by a program that has every common flag. A dot in the middle is a space within an
// argument.
func TestBadInput(t *testing.T) {
	for _, c := range [][]string{ // the command line, and the facts of its error
		{"-epochs -1", "-epochs -1", "at least 0"},
		{"-epochs 0", "-epochs 0", "at least 1", "-load"},
		{"-epochs two", "-epochs two", "whole number"},
		{"-epochs 1.5", "-epochs 1.5", "whole number"},
		{"-epochs 0x10", "-epochs 0x10", "whole number"},
		{"-epochs ·1", `-epochs " 1"`, "whole number"},
		{"-epochs 2147483648", "-epochs 2147483648", "at most 2147483647"},
		{"-epochs 99999999999999999999", "-epochs 99999999999999999999", "at most 2147483647"},
		{"-epochs -99999999999999999999", "-epochs -99999999999999999999", "at least 0"},
		{"-epochs", "-epochs", "-h"},
		{"-batch 0", "-batch 0", "at least 1"},
		{"-batch=", `-batch ""`, "whole number"},
		{"-lr 0", "-lr 0", "above 0"},
		{"-lr -0.1", "-lr -0.1", "above 0"},
		{"-lr NaN", "-lr NaN", "finite"},
		{"-lr Inf", "-lr Inf", "finite"},
		{"-lr 1e999", "-lr 1e999", "finite"},
		{"-lr 1e-999", "-lr 1e-999", "above 0"},
		{"-lr fast", "-lr fast", "number"},
		{"-seed -1", "-seed -1", "0 to 4294967295"},
		{"-seed 4294967296", "-seed 4294967296", "0 to 4294967295"},
		{"-out=", `-out ""`, "folder"},
		{"-data=", `-data ""`, "folder"},
		{"-labels=", `-labels ""`, "class", "file of names"},
		{"-limit -1", "-limit -1", "at least 0"},
		{"-stream", "-stream", "-data"},
		{"-load=", `-load ""`, "file"},
		{"-save=", `-save ""`, "file"},
		{"-graph=", `-graph ""`, "file"},
		{"-graph net.png", "-graph net.png", "dot -Tpng net.dot > net.png"},
		{"-graph n/a.PNG", "-graph n/a.PNG", "dot -Tpng n/a.dot > n/a.PNG"},
		{"-graph a\n.svg", `-graph "a\n.svg"`, `dot -Tsvg "a\n.dot" > "a\n.svg"`},
		{"-graph net.h5", "-graph net.h5", ".dot"},
		{"-quiet=maybe", "-quiet maybe", "true or false"},
		{"-svg=", `-svg ""`, "true or false"},
		{"-wrong many", "-wrong many", "whole number"},
		{"-wrong 9223372036854775808", "-wrong 9223372036854775808", "64 bits"},
		{"-wrong a\nb", `-wrong "a\nb"`, "whole number"},

		// runs that are kept and resumed, and how they end
		{"-checkpoint=", `-checkpoint ""`, "file"},
		{"-resume=", `-resume ""`, "file"},
		{"-checkpoint run.keras", "-checkpoint run.keras", ".h5", "-save"},
		{"-resume run.KERAS", "-resume run.KERAS", ".h5", "-load"},
		{"-checkpoint run.onnx", "-checkpoint run.onnx", ".h5", "-save"},
		{"-resume none.h5", "resume none.h5"},
		{"-resume a.h5 -load b.h5", "-resume", "-load"},
		{"-checkpoint-every 5m", "-checkpoint-every", "-checkpoint or -resume"},
		{"-checkpoint-every 5", "-checkpoint-every 5", "90s or 10m"},
		{"-checkpoint-every -5s", "-checkpoint-every -5s", "at least 0"},
		{"-checkpoint-every 9e9h", "-checkpoint-every 9e9h", "time"},
		{"-keep worst", "-keep worst", "last or best"},
		{"-keep=", `-keep ""`, "last or best"},
		{"-patience -1", "-patience -1", "at least 0"},

		// the learning rate that follows the batch
		{"-lr-scale square", "-lr-scale square", "none or linear"},
		{"-lr-scale=", `-lr-scale ""`, "none or linear"},
		{"-warmup -1 -lr-scale linear", "-warmup -1", "at least 0"},
		{"-warmup 2", "-warmup", "-lr-scale linear"},
		{"-warmup 2 -lr-scale none", "-warmup", "-lr-scale linear"},
		{"-lr-scale linear -load a.h5", "-lr-scale linear", "-load", "-lr or -optimizer too"},
		{"-lr 1e308 -lr-scale linear -batch 2147483647", "-lr 1e+308 -lr-scale linear -batch 2147483647", "finite"},

		// the page of -live
		{"-live -live-addr=", `-live-addr ""`, "127.0.0.1:8080"},
		{"-live -live-addr localhost", "-live-addr localhost", "127.0.0.1:8080"},
		{"-live -live-addr localhost:", "-live-addr localhost:", "127.0.0.1:8080"},
		{"-live -live-addr ::1:8080", "-live-addr ::1:8080", "127.0.0.1:8080"},
		{"-live -live-addr localhost:65536", "-live-addr localhost:65536", "port 65536", "65535"},
		{"-live -live-addr localhost:-1", "-live-addr localhost:-1", "port -1"},
		{"-live -live-addr localhost:no·port", `-live-addr "localhost:no port"`, `port "no port"`},
		{"-live-addr :0", "-live-addr", "-live"},
		{"-live=false -live-addr :0", "-live-addr", "-live"},

		// predictions
		{"-predict 7.png", "-predict", "-load"},
		{"-load a.h5 -predict", "-predict", "PICTURE"},
		{"-load a.h5 -json", "-json", "-predict"},
		{"-load a.h5 -live -predict 7.png", "-live", "-predict"},
		{"-load a.h5 -live-addr :0 -predict 7.png", "-live-addr", "-live"},
		{"-load a.h5 -stream -data d -predict 7.png", "-data", "-predict"},
		{"-load a.h5 -checkpoint b.h5 -predict 7.png", "-checkpoint", "-predict"},
		{"-load a.h5 -lr 1 -lr-scale linear -predict 7.png", "-lr", "-predict"},
		{"-load a.h5 -predict 7.png -quiet", "-quiet", "before PICTURE"},
		{"-load a.h5 -predict 7.png -live", "-live", "before PICTURE"},
		{"-load a.h5 -predict -7.png", "-7.png", "-- "},
		{"-load a.h5 7.png", "7.png", "-h"},

		// what is no flag
		{"-learning-rate 1", "-learning-rate", "-h"},
		{"-a\n\x1b[2Jb", `-a\n\x1b[2Jb`},
		{"---epochs", "---epochs", "-h"},
		{"-=3", "-=3", "-h"},
		{"train", "argument train", "-h"},
		{"-quiet true", "argument true", "-h"},
		{"", `argument ""`, "-h"},
		{"a\nb", `argument "a\nb"`},

		// the first of several
		{"-batch 0 -lr 0", "-batch 0"},
		{"-batch 0 -what", "-batch 0"},
	} {
		t.Run(c[0], func(t *testing.T) {
			args := strings.Split(c[0], " ")
			for i, arg := range args {
				args[i] = strings.ReplaceAll(arg, "·", " ")
			}
			refused(t, mnist, args, c[1:]...)
		})
	}
}

// A study takes no flag of the net or of its Fit, what trains differently none of the Fit.
func TestTraits(t *testing.T) {
	d := mnist
	d.Studies = []Study{{"seeds", done}, {"depths", done}}
	d.Flags = func(f *Flags) { f.Bool(new(bool), "plain", "trains differently", OfNet, Alone) }
	ofFit := []string{"-load a.h5", "-save a.h5", "-lr-scale none", "-checkpoint a.h5", "-resume a.h5",
		"-keep best", "-patience 2", "-check", "-live"}
	for _, flag := range append(ofFit, "-graph a.dot", "-plain") {
		t.Run("study "+flag, func(t *testing.T) {
			name, _, _ := strings.Cut(flag, " ")
			refused(t, d, strings.Fields("-study seeds "+flag), "-study", name)
		})
	}
	for _, flag := range ofFit {
		t.Run("plain "+flag, func(t *testing.T) {
			name, _, _ := strings.Cut(flag, " ")
			refused(t, d, strings.Fields("-plain "+flag), "-plain", name)
		})
	}
	for _, c := range [][]string{
		{"-study moods", "-study moods", "seeds or depths"},
		{"-study=", `-study ""`, "seeds or depths"},
		{"-load a.h5 -study seeds -predict 7.png", "-study"},
	} {
		t.Run(c[0], func(t *testing.T) { refused(t, d, strings.Fields(c[0]), c[1:]...) })
	}
	for _, good := range []string{"-warmup 0", "-study seeds -epochs 3 -lr 1 -limit 5 -quiet", "-plain=false -keep best",
		"-plain -graph a.dot"} {
		t.Run(good, func(t *testing.T) {
			if _, err := parse("mnistcnn", d, strings.Fields(good)); err != nil {
				t.Errorf("error %v, want none", err)
			}
		})
	}
}
