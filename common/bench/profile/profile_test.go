package main

import (
	"context"
	"math"
	"os"
	"testing"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/model"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// The profiled net has the same weights as that of the program, and its profile has all parts of a step.
func TestProfileOfAStep(t *testing.T) {
	if testing.Short() {
		t.Skip("trains two nets")
	}
	w := bench.CNN(0.25)
	all, _, err := w.Load("")
	if err != nil {
		t.Fatal(err)
	}
	const batch, steps = 4, 3
	data := all.First(steps * batch)
	p, net, err := compile(w)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.train(net, data, batch); err != nil {
		t.Fatal(err)
	}
	plain, err := w.Compile()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plain.Fit(context.Background(), data, model.Fit{Epochs: 1, Batch: batch}); err != nil {
		t.Fatal(err)
	}
	for i, param := range plain.Params() {
		for j, want := range param.Value.Float32s() {
			if got := net.Params()[i].Value.Float32s()[j]; got != want {
				t.Fatalf("%s[%d] is %v when profiled, else %v", param.Name, j, got, want)
			}
		}
	}

	r, sum := p.result(), 0.0
	rows := map[string]operation{}
	for _, o := range r.operations {
		sum += o.seconds
		rows[o.name] = o
		if o.seconds < 0 || o.share < 0 || o.share > 1 {
			t.Errorf("%+v: want times above 0 and shares up to 1", o)
		}
	}
	if p.steps != steps || math.Abs(sum-r.step) > 1e-9*sum || sum <= 0 {
		t.Errorf("%d steps of %v s with operations of %v s, want %d steps that are their operations",
			p.steps, r.step, sum, steps)
	}
	if want := 2 * float64(w.MultiplyAdds) * batch; r.flops() != want || r.useful() <= 0 || r.useful() >= want {
		t.Errorf("%v operations, %v of them useful, want %v and fewer", r.flops(), r.useful(), want)
	}
	if o := rows[update+" with Dense.dw"]; o.bytes != 28*float64(w.Parameters) {
		t.Errorf("Adam moves %v bytes, want 28 for each of %d parameters", o.bytes, w.Parameters)
	}
	for _, name := range []string{load, rest, "Conv2D.dw", "Dense.dx"} {
		if rows[name].seconds <= 0 {
			t.Errorf("%q takes %v s, want more than 0", name, rows[name].seconds)
		}
	}
}

func TestShort(t *testing.T) {
	old := *steps
	t.Cleanup(func() { *steps = old })
	if err := run(report.Settings{Short: true, Rounds: 1}); err != nil {
		t.Error(err)
	}
	*steps = 0
	wording.Check(t, run(report.Settings{}), "-steps 0")
}
