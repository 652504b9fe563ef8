package main

import (
	"testing"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/show"
)

// watched returns a page of the convolutional network with viewers.
func watched(t *testing.T, viewers int) *audience {
	t.Helper()
	work, err := bench.WorkNamed("cnn")
	if err != nil {
		t.Fatal(err)
	}
	net, err := work.Compile()
	if err != nil {
		t.Fatal(err)
	}
	view := live.View{Program: work.Program, Net: net, Labels: show.Pictures(28, 28).Labels}
	a, err := gather(view, viewers, "status")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestViewersReadToTheEnd(t *testing.T) {
	if err := watched(t, 3).leave("waiting"); err != nil {
		t.Fatal(err)
	}
}

func TestAStreamThatWasLostIsAnError(t *testing.T) {
	err := watched(t, 1).leave("done") // the net has not been trained, so the state differs
	wording.Check(t, err, "viewer 1", "waiting", "done")
}

func TestMoreViewersThanThePageTakesAreAnError(t *testing.T) {
	a := watched(t, 100)
	wording.Check(t, a.join(1, "status"), "503")
	if err := a.leave("waiting"); err != nil {
		t.Error(err)
	}
}
