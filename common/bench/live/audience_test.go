package main

import (
	"strings"
	"testing"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/live"
)

// watched is the XOR net on a page with some viewers.
func watched(t *testing.T, viewers int) *audience {
	t.Helper()
	work, err := bench.WorkNamed("xor")
	if err != nil {
		t.Fatal(err)
	}
	net, err := work.Compile()
	if err != nil {
		t.Fatal(err)
	}
	view := live.View{Program: "xor", Net: net, Sliders: []live.Slider{{Name: "x1", Max: 1}, {Name: "x2", Max: 1}}}
	a, err := gather(view, viewers, "status")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestViewersReadToTheEnd(t *testing.T) {
	read, err := watched(t, 3).leave("waiting")
	if err != nil {
		t.Fatal(err)
	}
	if read < 100 {
		t.Errorf("a viewer read %d bytes, want the model and the status at least", read)
	}
}

func TestAStreamThatWasLostIsAnError(t *testing.T) {
	_, err := watched(t, 1).leave("done") // as if the last events had not come
	if want := `viewer 1: the last state is "waiting", want "done"`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestMoreViewersThanThePageTakesAreAnError(t *testing.T) {
	a := watched(t, crowd)
	if err := a.join(1, "status"); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("error %v, want that of status 503", err)
	}
	if _, err := a.leave("waiting"); err != nil {
		t.Error(err)
	}
}

func TestLostPredictionsAreCounted(t *testing.T) {
	a := watched(t, 1)
	for body, want := range map[string]string{
		`{"inputs": [1, 0]}`: "",
		`{"inputs": [1]}`:    "20 of 20 predictions lost, want none: /predict: 400",
	} {
		l := load{body: []byte(body), outputs: 1}
		err := l.ask(a, 20)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, want %q", body, err, want)
		}
		if len(l.seconds) != 20 || quantile(1, l.seconds) <= 0 {
			t.Errorf("%s: times %v, want 20 above 0", body, l.seconds)
		}
	}
	if _, err := a.leave("waiting"); err != nil {
		t.Error(err)
	}
}
