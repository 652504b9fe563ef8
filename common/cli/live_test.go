package cli_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// question is what the small net takes.
const question = `{"inputs": [1, 0]}`

// small is a program that trains a small net, slowly enough to be watched, with behind between that and its end.
func small(behind func(ctx context.Context) error) clitest.Program {
	d := cli.Defaults{About: "two neurons", Epochs: 1000, Batch: 4, LearningRate: 0.1, Net: true, Predict: cli.Numbers("0,1")}
	return clitest.Program{Name: "small", Defaults: d, Run: func(ctx context.Context, opt cli.Options) error {
		data, net := dataset.XOR(), model.Sequential(model.Input(2), layer.Dense{Units: 1, Activation: layer.Sigmoid})
		err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(opt.LearningRate), Seed: opt.Seed})
		if err != nil {
			return err
		}
		if net, err = opt.Load(net, data); err != nil {
			return err
		}
		view := live.View{Net: net, Output: "y", Sliders: []live.Slider{{Name: "x1"}, {Name: "x2"}}, Speed: opt.Watchable()}
		if err := opt.Live(view); err != nil {
			return err
		}
		history, err := net.Fit(ctx, data, model.Fit{Epochs: opt.Epochs, Batch: opt.Batch, Callbacks: opt.Callbacks()})
		if err != nil {
			return err
		}
		if behind != nil {
			if err := behind(ctx); err != nil {
				return err
			}
		}
		if err := opt.SaveModel(net); err != nil {
			return err
		}
		return opt.SaveRun(history, nil)
	}}
}

// epoch waits until one has passed.
func epoch(v *clitest.Viewer) {
	v.Until("epoch", func(s clitest.Seen) bool { return s.Status.State == "training" && s.Status.Epoch > 0 })
}

// get gives the status of the page itself; 0: nobody listens.
func get(address string) int {
	answer, err := http.Get(address)
	if err != nil {
		return 0
	}
	answer.Body.Close()
	return answer.StatusCode
}

// The page stays when the run is done, and its end by an interrupt is a good one.
func TestLiveStays(t *testing.T) {
	v := small(nil).Watch(t, "-epochs", "2")
	v.Press(`{"action": "speed", "speed": 0}`)
	v.State("done")
	v.Prints("done: the page stays at " + v.Address + " until you interrupt it (Ctrl-C)\n")
	if got := get(v.Address); got != http.StatusOK {
		t.Errorf("the page has the status %d, want 200", got)
	}
	if code, stderr := v.Interrupt(); code != 0 || stderr != "" {
		t.Errorf("exit code %d, standard error %q, want 0 and nothing", code, stderr)
	}
	if got := get(v.Address); got != 0 {
		t.Errorf("the page has the status %d behind the end, want none", got)
	}
	if state := v.Last().Status.State; state != "done" {
		t.Errorf("the page was told %s, want done", state)
	}
	if files := clitest.Files(t, v.Out); !reflect.DeepEqual(files, []string{"history.csv", "run.json"}) {
		t.Errorf("the run left %v, want no net", files)
	}
}

func TestLiveInterruptedWhileTraining(t *testing.T) {
	for _, pause := range []bool{false, true} {
		v := small(nil).Watch(t)
		epoch(v)
		if pause {
			v.Press(`{"action": "pause"}`)
			v.State("paused")
		}
		code, stderr := v.Interrupt()
		want := regexp.MustCompile("^small: interrupted in epoch [0-9]+ of 1000: go on with go run ./small -resume \\S+/checkpoint.h5\n$")
		if code != 130 || !want.MatchString(stderr) {
			t.Errorf("exit code %d, standard error %q, want 130 and a match of %s", code, stderr, want)
		}
		if s := v.Last().Status; s.State != "failed" || s.Message != "interrupted" {
			t.Errorf("the page was told %+v, want that it was interrupted", s)
		}
		if strings.Contains(v.Printed(), "done: ") {
			t.Errorf("printed\n%s", v.Printed())
		}
	}
}

// An interrupt while the files are written is one of the run, even if it ends as if there were none.
func TestLiveInterruptedBehindTraining(t *testing.T) {
	v := small(func(ctx context.Context) error {
		<-ctx.Done()
		return nil
	}).Watch(t, "-epochs", "1")
	v.Press(`{"action": "speed", "speed": 0}`)
	v.State("done")
	code, stderr := v.Interrupt()
	if code != 130 || stderr != "small: interrupted\n" {
		t.Errorf("exit code %d, standard error %q, want 130 and one word", code, stderr)
	}
	if s := v.Last().Status; s.State != "failed" || s.Message != "interrupted" {
		t.Errorf("the page was told %+v, want that it was interrupted", s)
	}
}

func TestLiveTellsOfAFailure(t *testing.T) {
	seen := make(chan struct{})
	v := small(func(context.Context) error {
		<-seen
		return errors.Join(errors.New("no space"), errors.New("left"))
	}).Watch(t, "-epochs", "1")
	v.Press(`{"action": "speed", "speed": 0}`)
	v.State("done")
	close(seen)
	if code, stderr := v.Exit(); code != 1 || stderr != "small: no space; left\n" {
		t.Errorf("exit code %d, standard error %q, want 1 and one line", code, stderr)
	}
	if s := v.Last().Status; s.State != "failed" || s.Message != "no space\nleft" {
		t.Errorf("the page was told %+v, want the failure", s)
	}
}

// A net whose training was stopped on the page is saved, wherever -save says or under the program's name.
func TestLiveStop(t *testing.T) {
	named := filepath.Join(t.TempDir(), "named.h5")
	for _, save := range [][]string{nil, {"-save", named}} {
		v := small(nil).Watch(t, save...)
		path := filepath.Join(v.Out, "small.h5")
		if save != nil {
			path = named
		}
		epoch(v)
		v.Press(`{"action": "stop"}`)
		v.State("stopped")
		v.Prints("\nwrote " + path + "\n")
		v.Prints("done: ")
		trained := v.Ask(question)
		if code, stderr := v.Interrupt(); code != 0 || stderr != "" {
			t.Errorf("exit code %d, standard error %q, want 0 and nothing", code, stderr)
		}
		if n := len(clitest.History(t, v.Out, "loss")); n < 1 || n >= 1000 {
			t.Errorf("history.csv has %d epochs, want those until the stop", n)
		}
		if _, err := os.Stat(path); err != nil {
			t.Fatal(err)
		}

		// -epochs 0 serves it
		v = small(nil).Watch(t, "-epochs", "0", "-load", path)
		v.State("done")
		if got := v.Ask(question); !reflect.DeepEqual(got, trained) {
			t.Errorf("the stopped net answers %v, and loaded %v", *trained.Output, *got.Output)
		}
		v.Ends("done")
		if files := clitest.Files(t, v.Out); !reflect.DeepEqual(files, []string{"run.json"}) {
			t.Errorf("-epochs 0 left %v, want run.json", files)
		}
	}
}

// A visitor's speed counts more than the program's, also if he was there first.
func TestLiveKeepsTheVisitorsSpeed(t *testing.T) {
	chosen, p := make(chan struct{}), small(nil)
	run := p.Run
	p.Run = func(ctx context.Context, opt cli.Options) error {
		<-chosen
		return run(ctx, opt)
	}
	v := p.Watch(t)
	v.Press(`{"action": "speed", "speed": 3}`)
	close(chosen)
	epoch(v)
	if got := v.Last().Status.Speed; got != 3 {
		t.Errorf("the speed is %g, want 3", got)
	}
}

// Digits that the net has learned nothing of: most are wrong, before and behind the training. A net that is only
// served has its pictures from the last reading of the test digits.
func TestLiveDigits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pixels, labels := make([]uint8, 40*784), make([]float64, 40)
	for i := range pixels {
		pixels[i] = uint8(random.UintN(256))
	}
	for i := range labels {
		labels[i] = float64(i % 10)
	}
	digits, err := dataset.FromBytes([]int{28, 28}, pixels, []int{}, labels)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for i := range 10 {
		names = append(names, strconv.Itoa(i))
	}
	d := cli.Defaults{About: "digits", Epochs: 40, Batch: 8, LearningRate: 1e-6, Net: true, Predict: cli.Pictures(28, 28)}
	p := clitest.Program{Name: "digits", Defaults: d, Run: func(ctx context.Context, opt cli.Options) error {
		net := model.Sequential(model.Input(28, 28), layer.Flatten{}, layer.Dense{Units: 10, Activation: layer.Softmax})
		err := net.Compile(model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewSGD(opt.LearningRate),
			Metrics: []model.Metric{model.Accuracy}, Seed: opt.Seed})
		if err != nil {
			return err
		}
		if net, err = opt.Load(net, digits); err != nil {
			return err
		}
		err = opt.Live(live.View{Net: net, Speed: opt.Watchable(), Pictures: []live.Picture{
			cli.LiveWrong(digits), cli.LiveConfusion(digits, names), cli.LiveNetwork(net, nil, names)}})
		if err != nil {
			return err
		}
		history, err := net.Fit(ctx, digits, model.Fit{
			Epochs: opt.Epochs, Batch: opt.Batch, Validation: digits, Callbacks: opt.Callbacks()})
		if err != nil {
			return err
		}
		return errors.Join(opt.SaveModel(net), opt.SaveRun(history, nil), opt.WrongDigits(net, digits))
	}}
	blank := `{"inputs": [0` + strings.Repeat(", 0", 783) + `]}`
	p.Live(t, blank, []string{"Loss and accuracy by epoch", "Where it is most surely wrong", "Which class it takes for which", "The net and its weights"})
}

// An address that cannot be served is found before the program does anything.
func TestLiveAddress(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	p := clitest.Program{Name: "small", Defaults: small(nil).Defaults, Run: func(context.Context, cli.Options) error {
		t.Error("the program ran")
		return nil
	}}
	for address, want := range map[string]string{
		taken.Addr().String(): "-live-addr " + taken.Addr().String() + ": listen tcp ",
		"127.0.0.1:99999":     "-live-addr 127.0.0.1:99999: the port 99999 is none, want one from 0 to 65535",
		"127.0.0.1":           "-live-addr 127.0.0.1: must be a host and a port, as 127.0.0.1:8080",
		"::1:8080":            "-live-addr ::1:8080: must be a host and a port, as 127.0.0.1:8080",
		"":                    `-live-addr "": must be a host and a port, as 127.0.0.1:8080`,
	} {
		if got := p.Failure(t, "-live", "-live-addr", address); !strings.HasPrefix(got, want) {
			t.Errorf("%q: the error is %q, want %q", address, got, want)
		}
	}
}

// Who listens for other machines too is told so, right behind the address.
func TestLiveBeyondThisMachine(t *testing.T) {
	const warning = "whoever reaches this machine over the network can watch, pause and stop it too"
	for address, want := range map[string]bool{"127.0.0.1:0": false, "localhost:0": false, "0.0.0.0:0": true, ":0": true} {
		var stdout, stderr bytes.Buffer
		ctx, cancel := context.WithCancel(t.Context())
		p := small(nil)
		code := cli.Main(ctx, p.Name, p.Defaults, func(context.Context, cli.Options) error {
			cancel()
			return ctx.Err()
		}, []string{"-out", t.TempDir(), "-live", "-live-addr", address}, &stdout, &stderr)
		first, second, _ := strings.Cut(stdout.String(), "\n")
		if code != 130 || !strings.HasPrefix(first, "watch it at http://") || (second == warning+"\n") != want {
			t.Errorf("%s: exit code %d, printed\n%s\nwant the address, and a warning: %t", address, code, &stdout, want)
		}
	}
}

// Without the flag nothing listens and a view is nothing.
func TestNotLive(t *testing.T) {
	var opt cli.Options
	if err := opt.Live(live.View{}); err != nil {
		t.Error(err)
	}
	p := small(nil)
	if code := cli.Main(t.Context(), p.Name, p.Defaults, p.Run, []string{"-out", t.TempDir(), "-epochs", "100"}, io.Discard, io.Discard); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}
