package cli_test

import (
	"slices"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/internal/atomicfile/failing"
	"gorgonia-lectures/common/internal/events"
)

// On a disk that is full, here for files of more than 4096 bytes, what is small is there.
func TestFullDisk(t *testing.T) {
	if !failing.Alone(t) {
		return
	}
	temporary(t)
	_, file := below(t)
	var code int
	var stdout, stderr string
	_ = failing.FullDisk(t, func() error {
		code, stdout, stderr = new(toy).program().Start(t.Context(), file("out"), "-save", file("net.h5"), "-svg")
		return nil
	})
	clitest.Lines(t, stderr, 3)
	clitest.Contains(t, stderr, file("net.h5"), "the net is lost", "picture curves.png", "picture curves.svg")
	clitest.Contains(t, stdout, "\nloss ")
	if got := clitest.Files(t, file("out")); code != 1 || !slices.Equal(got, []string{"history.csv", "run.json"}) {
		t.Errorf("exit code %d, left %v, want 1 and the small files", code, got)
	}
}

// Events that have no room cost a warning and a line at the end; those that are there are whole.
func TestFullDiskOfEvents(t *testing.T) {
	if !failing.Alone(t) {
		return
	}
	_, file := below(t)
	var code int
	var stderr string
	_ = failing.FullDisk(t, func() error {
		code, _, stderr = new(toy).program().Start(t.Context(), file("out"), "-tensorboard", file("logs"), "-histograms",
			"-no-pictures")
		return nil
	})
	clitest.Lines(t, stderr, 2)
	clitest.Contains(t, stderr, "tensorboard: write "+file("logs/train"), "training continues")
	train, validation := events.Run(t, file("logs/train")), events.Run(t, file("logs/validation"))
	layers, losses := len(events.Tagged(train, "keras")), len(events.Tagged(validation, "epoch_loss"))
	if code != 1 || layers != 1 || losses != 6 {
		t.Errorf("exit code %d, %d models and %d losses of the validation, want 1, one and all", code, layers, losses)
	}
}
