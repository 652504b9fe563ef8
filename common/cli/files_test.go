package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"testing"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// measured is a run of two epochs.
func measured() *model.History {
	return &model.History{HasAccuracy: true, HasValidation: true, Epochs: []model.Epoch{
		{Epoch: 1, Epochs: 2, Loss: 0.5, Accuracy: 0.75, ValLoss: 0.25, ValAccuracy: 0.875, Seconds: 1.5},
		{Epoch: 2, Epochs: 2, Loss: 0.1, Accuracy: 1, ValLoss: math.Inf(1), ValAccuracy: 0.9, Seconds: 0.25},
	}}
}

func TestSaveRun(t *testing.T) {
	d, margin, name, out := mnist, 0.0, "", t.TempDir()
	d.Flags = func(f *Flags) {
		f.String(&name, "name", "a b", "")
		f.Float64(&margin, "margin", math.Inf(1), "")
	}
	code, stdout, stderr := start(t.Context(), t, d, func(_ context.Context, r *Run) error {
		r.Final("wrong", 91)
		r.Final("distance", math.NaN())
		r.SaveRun(measured())
		return nil
	}, "-out", out, "-seed", "4294967295", "-lr", "0.002")
	table, report := filepath.Join(out, "history.csv"), filepath.Join(out, "run.json")
	if want := "wrote " + table + "\nwrote " + report + "\n"; code != 0 || stdout != want || stderr != "" {
		t.Errorf("code %d, stdout %q, stderr %q, want 0 and %q", code, stdout, stderr, want)
	}
	if entries, err := os.ReadDir(out); err != nil || len(entries) != 2 {
		t.Errorf("folder holds %v (%v), want two files", entries, err)
	}
	text, err := os.ReadFile(table)
	check(t, err)
	const rows = "epoch,loss,accuracy,val_loss,val_accuracy,seconds\n1,0.5,0.75,0.25,0.875,1.500\n2,0.1,1,+Inf,0.9,0.250\n"
	if string(text) != rows {
		t.Errorf("history.csv holds\n%s, want\n%s", text, rows)
	}

	var compact bytes.Buffer
	text, err = os.ReadFile(report)
	check(t, err)
	check(t, json.Compact(&compact, text))
	// the modules are those of the build
	got := regexp.MustCompile(`"modules":\{[^}]*\}`).ReplaceAllString(compact.String(), `"modules":{}`)
	want := fmt.Sprintf(`{"program":"xor","seed":4294967295,"dtype":"float32",`+
		`"flags":{"batch":32,"check":false,"checkpoint":"","checkpoint-every":"10m0s","data":"","epochs":5,"graph":"",`+
		`"histograms":false,"json":false,"keep":"last","labels":"","limit":0,"live":false,"live-addr":"127.0.0.1:8080","load":"",`+
		`"lr":0.002,"lr-scale":"none","margin":"+Inf","name":"a b","no-pictures":false,"optimizer":"","out":%q,`+
		`"patience":0,"predict":false,"quiet":false,`+
		`"reshuffle":false,"resume":"","save":"","seed":4294967295,"stream":false,"svg":false,"tensorboard":"","warmup":0},"epochs":2,"seconds":1.75,`+
		`"final":{"accuracy":1,"distance":"NaN","loss":0.1,"val_accuracy":0.9,"val_loss":"+Inf","wrong":91},`+
		`"go":%q,"modules":{},"os":%q,"arch":%q,"cpus":%d,"gomaxprocs":%d,"level":%q}`, out, runtime.Version(),
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.GOMAXPROCS(0), kernel.ActiveLevel().String())
	if got != want {
		t.Errorf("run.json holds\n%s, want\n%s", got, want)
	}
}

func TestSaveRunWithoutHistory(t *testing.T) {
	r := &Run{Program: "scratch", Out: t.TempDir()}
	r.SaveRun(nil)
	r.SaveRun(new(model.History))
	check(t, errors.Join(r.failures...))
	if _, err := os.Stat(r.Path("history.csv")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("history.csv is there (%v), and there was no epoch", err)
	}
}

func TestFailedSaveNamesTheFileAndLeavesNothing(t *testing.T) {
	r := &Run{Out: t.TempDir()}
	check(t, os.MkdirAll(r.Path("history.csv/in/the/way"), 0o755))
	r.SaveRun(measured())
	wording.Check(t, errors.Join(r.failures...), r.Path("history.csv"), "folder")
	if entries, err := os.ReadDir(r.Out); err != nil || len(entries) != 2 || entries[1].Name() != "run.json" {
		t.Errorf("folder holds %v (%v), want run.json and no other new file", entries, err)
	}
}

// What cannot be written is found before training, by the flag that names it.
func TestPrepare(t *testing.T) {
	dir := t.TempDir()
	none, graph := filepath.Join(dir, "none", "net.dot"), filepath.Join(dir, "net.dot")
	check(t, os.Mkdir(layersOf(graph), 0o755))
	for _, c := range []struct {
		name  string
		run   Run
		facts []string
	}{
		{"graph in no folder", Run{Out: dir, GraphTo: none}, []string{"-graph " + none}},
		{"layers in a folder's name", Run{Out: dir, GraphTo: graph}, []string{"-graph " + layersOf(graph)}},
		{"net in a folder's name", Run{Out: dir, SaveTo: dir}, []string{"-save " + dir}},
		{"checkpoint in a folder's name", Run{Out: dir, checkpointTo: dir}, []string{"-checkpoint " + dir}},
	} {
		t.Run(c.name, func(t *testing.T) { wording.Check(t, c.run.prepare(), c.facts...) })
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("folder holds %v (%v), want nothing new", entries, err)
	}
}

// drawing is a picture that notes what it was encoded for.
type drawing struct {
	names []string
	err   error
	wait  func() // while it is drawn; nil: not
}

func (d *drawing) Encode(name string) ([]byte, error) {
	d.names = append(d.names, name)
	if d.wait != nil {
		d.wait()
	}
	return []byte(name), d.err
}

func TestDraw(t *testing.T) {
	for _, c := range []struct {
		name, file string
		flag       string
		make, draw error
		names      []string
		facts      []string
	}{
		{"picture", "net.png", "-no-pictures=false", nil, nil, []string{"net.png"}, nil},
		{"svg too", "net.png", "-svg", nil, nil, []string{"net.png", "net.svg"}, nil},
		{"film", "net.gif", "-svg", nil, nil, []string{"net.gif"}, nil},
		{"none", "net.png", "-no-pictures", errors.New("is not made"), nil, nil, nil},
		{"nothing to draw", "net.png", "-svg", errors.New("no points"), nil, nil, []string{"net.png", "no points"}},
		{"bad field", "net.svg", "-svg", nil, errors.New("too wide"), []string{"net.svg"}, []string{"net.svg", "too wide"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			picture, out := &drawing{err: c.draw}, t.TempDir()
			code, stdout, stderr := start(t.Context(), t, xor, func(ctx context.Context, r *Run) error {
				r.Draw(ctx, c.file, func() (show.Drawing, error) { return picture, c.make })
				return nil
			}, "-out", out, c.flag)
			want := ""
			for _, path := range c.names {
				want += "wrote " + filepath.Join(out, path) + "\n"
			}
			if c.facts != nil {
				want = ""
				wording.Line(t, stderr, c.facts...)
			}
			if (code == 0) != (c.facts == nil) || stdout != want || !slices.Equal(picture.names, c.names) {
				t.Errorf("code %d, printed %q, saved %v, want %q and %v", code, stdout, picture.names, want, c.names)
			}
		})
	}
}

// An interrupt ends a run while it draws, however long that takes, and leaves the pictures that are complete.
func TestInterruptedDraw(t *testing.T) {
	for _, during := range []string{"making", "encoding"} {
		t.Run(during, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			endless, out := make(chan struct{}), t.TempDir()
			defer close(endless)
			block := func() {
				cancel()
				<-endless
			}
			code, stdout, stderr := start(ctx, t, xor, func(ctx context.Context, r *Run) error {
				r.Draw(ctx, "first.png", func() (show.Drawing, error) { return new(drawing), nil })
				r.Draw(ctx, "second.png", func() (show.Drawing, error) {
					if during == "making" {
						block()
					}
					return &drawing{wait: block}, nil
				})
				r.Draw(ctx, "third.png", func() (show.Drawing, error) {
					t.Error("a picture is begun after the interrupt")
					return new(drawing), nil
				})
				return nil
			}, "-out", out)
			if first := filepath.Join(out, "first.png"); code != 130 || stdout != "wrote "+first+"\n" ||
				stderr != "xor: interrupted\n" {
				t.Errorf("code %d, printed %q, stderr %q, want 130 and the first picture", code, stdout, stderr)
			}
			if entries, err := os.ReadDir(out); err != nil || len(entries) != 1 {
				t.Errorf("the folder has %v (%v), want the first picture", entries, err)
			}
		})
	}
}

// check fails the test at once.
func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
