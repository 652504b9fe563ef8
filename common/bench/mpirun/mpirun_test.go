package mpirun

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gorgonia-lectures/common/bench"
)

// The test binary is a rank too: with this variable it prints the variable's text and, if that is no object, fails.
const child = "MPIRUN_TEST_CHILD"

func TestMain(m *testing.M) {
	text, ok := os.LookupEnv(child)
	switch {
	case !ok:
		os.Exit(m.Run())
	case strings.HasPrefix(text, "{"):
		fmt.Println(text)
	default:
		fmt.Fprintln(os.Stderr, text)
		os.Exit(3)
	}
}

func TestLinesReadsWhatIsPrinted(t *testing.T) {
	lines, err := Lines([]string{os.Args[0]}, []string{child + "={\"level\": \"avx2\"}\r\n" +
		`{"timed": "train", "batch": 64, "steps": 7, "seconds": 1.5, "reduce": 0.25}`})
	if err != nil {
		t.Fatal(err)
	}
	want := Line{Timed: TimedTrain, Batch: 64, Steps: 7, Seconds: 1.5, Reduce: 0.25}
	if len(lines) != 2 || lines[0].Level != "avx2" || fmt.Sprint(lines[1]) != fmt.Sprint(want) {
		t.Errorf("lines %+v, want the level and %+v", lines, want)
	}
}

func TestLinesTellsWhatWasSaid(t *testing.T) {
	_, err := Lines([]string{os.Args[0]}, []string{child + "=-----\nThere are not enough slots\n\navailable\n-----"})
	if err == nil || !strings.HasSuffix(err.Error(), "exit status 3: There are not enough slots\navailable") {
		t.Errorf("the error is %v, want the exit status and all that was said", err)
	}
	for _, output := range []string{"", "warning: no JSON\n"} {
		if _, err := bench.ReadLines[Line]([]byte(output)); err == nil {
			t.Errorf("output %q: no error", output)
		}
	}
}

func TestBuildSaysThatMpirunIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := Build(t.TempDir()); err == nil || !strings.Contains(err.Error(), `"mpirun": executable file not found`) {
		t.Errorf("the error is %v, want that mpirun is missing", err)
	}
}
