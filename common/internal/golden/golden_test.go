package golden

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// record is a testing.TB that keeps what fails instead of failing.
type record struct {
	testing.TB
	text []string
}

func (r *record) Helper()      {}
func (r *record) Failed() bool { return len(r.text) > 0 }
func (r *record) Errorf(format string, args ...any) {
	r.text = append(r.text, fmt.Sprintf(format, args...))
}
func (r *record) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
func (r *record) Fatal(args ...any) { r.Fatalf("%s", fmt.Sprint(args...)) }

// failure runs f and gives what it reported, "" if nothing.
func failure(f func(t testing.TB)) string {
	r := &record{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(r)
	}()
	<-done
	return strings.Join(r.text, "\n")
}

func wantFailure(t *testing.T, want string, f func(t testing.TB)) {
	t.Helper()
	got := failure(f)
	if want == "" && got != "" || !strings.Contains(got, want) || want != "" && got == "" {
		t.Errorf("failure %q, want one with %q", got, want)
	}
}

func TestFolder(t *testing.T) {
	t.Setenv("GOLDEN_DIR", "")
	if n := len(files(t, "loss_*.json")); n < 7 {
		t.Errorf("%d loss files in the project's own folder, want at least 7", n)
	}
	empty := t.TempDir()
	t.Setenv("GOLDEN_DIR", empty)
	wantFailure(t, "no file loss_*.json in "+empty+": set GOLDEN_DIR", func(t testing.TB) { files(t, "loss_*.json") })
	t.Setenv("GOLDEN_DIR", filepath.Join(empty, "gone"))
	wantFailure(t, "gone", func(t testing.TB) { files(t, "*.json") })
	t.Setenv("GOLDEN_DIR", "common/model/testdata/golden")
	wantFailure(t, "", func(t testing.TB) { files(t, "loss_*.json") })
	wantFailure(t, "syntax error in pattern", func(t testing.TB) { files(t, "[") })
}

func TestEachNamesSubtests(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b_2.json", "b_1.json", "c.json"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOLDEN_DIR", dir)
	var names []string
	Each(t, "b_*.json", func(t *testing.T, path string) {
		names = append(names, t.Name()+" "+filepath.Base(path))
	})
	want := "TestEachNamesSubtests/b_1 b_1.json,TestEachNamesSubtests/b_2 b_2.json"
	if got := strings.Join(names, ","); got != want {
		t.Errorf("subtests %s, want %s", got, want)
	}
}

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	for text, want := range map[string]string{
		`{"y": {"shape": [2, 1], "data": [1, 2.5]}, "w": [{"name": "k", "shape": [], "data": [3]}], "config": {"a": 1}}`: "",
		`{"y": {"shape": [2, 2], "data": [1, 2.5]}}`:     "shape [2 2] wants 4 values, file has 2",
		`{"y": {"shape": [-1], "data": []}}`:             "axis 0 has size -1",
		`{"y": {"shape": [1], "data": [1], "extra": 1}}`: `unknown field "extra"`,
		`{"loss": 3}`:      `unknown field "loss"`,
		`{} {}`:            "text after the JSON value",
		`{"y": null}`:      "shape [] wants 1 values, file has 0",
		`{"config": {"a":`: "unexpected EOF",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var v struct {
			Y      Array
			W      []Array
			Config Config
		}
		wantFailure(t, want, func(t testing.TB) { Read(t, path, &v) })
		if want == "" && (v.Y.Data[1] != 2.5 || v.Y.Shape[0] != 2 || v.W[0].Name != "k" || v.W[0].Data[0] != 3 || v.Config["a"] != 1.0) {
			t.Errorf("read %+v", v)
		}
	}
	wantFailure(t, "no such file", func(t testing.TB) { Read(t, path+"x", new(Array)) })
}

func TestConfig(t *testing.T) {
	fresh := func() Config {
		return Config{"rate": 0.5, "units": 3.0, "bias": true, "name": "d", "none": nil, "size": []any{2.0, 3.0},
			"inner": map[string]any{"k": 1.0}, "layers": []any{map[string]any{"a": 1.0}}}
	}
	wantFailure(t, "", func(t testing.TB) {
		c := fresh()
		if c.Float(t, "rate") != .5 || c.Int(t, "units") != 3 || !c.Bool(t, "bias") || c.Text(t, "name") != "d" {
			t.Errorf("wrong values")
		}
		if s := c.Ints(t, "size"); len(s) != 2 || s[1] != 3 {
			t.Errorf("size %v", s)
		}
		inner, layers := c.Config(t, "inner"), c.Configs(t, "layers")
		inner.Want(t, "k", 2, 1)
		layers[0].Want(t, "a", 1.0)
		inner.Done(t)
		layers[0].Done(t)
		if !c.Has("none") {
			t.Errorf("none is gone")
		}
		c.Want(t, "none", 1, nil)
		c.Ignore("absent")
		c.Done(t)
	})
	for want, f := range map[string]func(t testing.TB){
		`config "momentum" is missing`:                                    func(t testing.TB) { fresh().Float(t, "momentum") },
		`config "absent" is missing`:                                      func(t testing.TB) { fresh().Want(t, "absent", nil) },
		`config "none": <nil>`:                                            func(t testing.TB) { fresh().Float(t, "none") },
		`config "rate": 0.5 (float64) is no wh`:                           func(t testing.TB) { fresh().Int(t, "rate") },
		`config "bias": true (bool) is not supported, only [false <nil>]`: func(t testing.TB) { fresh().Want(t, "bias", false, nil) },
		`config "name": d (string)`:                                       func(t testing.TB) { fresh().Want(t, "name", 1, []any{"d"}) },
		`not understand: inner = map[k:1], layers`: func(t testing.TB) {
			c := fresh()
			c.Ignore("bias", "name", "none", "rate", "size", "units")
			c.Done(t)
		},
		`config "bias": true (bool) is no`: func(t testing.TB) {
			c := fresh()
			defer func() {
				if c.Done(t); len(t.(*record).text) != 1 {
					panic("Done adds to a failure")
				}
			}()
			c.Want(t, "bias", 1)
		},
		`item 0 is 2`: func(t testing.TB) { fresh().Configs(t, "size") },
	} {
		wantFailure(t, want, f)
	}
}

func TestNear(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		got, want []float64
		fails     bool
	}{
		{[]float64{100, 1.0009}, []float64{100, 1}, false},
		{[]float64{100, 1.002}, []float64{100, 1}, true},
		{[]float64{1}, []float64{1, 2}, true},
		{[]float64{nan}, []float64{1}, true},
		{[]float64{1}, []float64{nan}, true},
		{[]float64{inf, nan, 1}, []float64{inf, nan, 1}, false},
		{[]float64{-inf}, []float64{inf}, true},
		{[]float64{1}, []float64{inf}, true},
		{[]float64{inf, 2}, []float64{inf, 1}, true},
		{[]float64{1e-6}, []float64{0}, false},
		{[]float64{1e-4}, []float64{0}, true},
	} {
		if got := failure(func(t testing.TB) { Near(t, "x", c.got, c.want, 1e-5) }) != ""; got != c.fails {
			t.Errorf("Near(%v, %v) fails: %v, want %v", c.got, c.want, got, c.fails)
		}
	}
	if got := Convert[float32]([]float64{0.1})[0]; got != 0.1 {
		t.Errorf("Convert gives %v", got)
	}
}
