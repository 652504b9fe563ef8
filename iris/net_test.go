package main

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

func TestSaveAndLoad(t *testing.T) { program.SaveAndLoad(t) }

func TestResume(t *testing.T) { program.Resumes(t) }

func TestPredict(t *testing.T) {
	stdout := program.Predicts(t, []string{"-lr", "0.01"}, nil, "5.1,3.5,1.4,0.2", "6.7, 3.0, 5.2, 2.3")
	clitest.Contains(t, stdout, "5.1,3.5,1.4,0.2: ", "\n\"6.7, 3.0, 5.2, 2.3\": ")
	var answers []struct {
		Input, Label  string
		Probabilities []float64
	}
	stdout = program.Predicts(t, nil, []string{"-json"}, "5.1,3.5,1.4,0.2", "6.7,3.0,5.2,2.3")
	if err := json.Unmarshal([]byte(stdout), &answers); err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		sum := 0.0
		for _, p := range a.Probabilities {
			sum += p
		}
		if len(a.Probabilities) != 3 || math.Abs(sum-1) > 1e-5 || a.Label == "" {
			t.Errorf("%+v, want a species and three probabilities", a)
		}
	}
	if len(answers) != 2 || answers[1].Input != "6.7,3.0,5.2,2.3" {
		t.Errorf("answers %+v, want two", answers)
	}
}

func TestStudyKeepsNoNet(t *testing.T) {
	for _, flag := range []string{"-save=net.h5", "-graph=net.dot", "-live"} {
		flags := []string{"-study", "seeds", flag}
		if flag == "-live" {
			flags = append(flags, "-live-addr", "127.0.0.1:0") // the usual port may be taken
		}
		got := program.Failure(t, flags...)
		if name, _, _ := strings.Cut(flag, "="); got != "-study: not with "+name {
			t.Errorf("%s: the error is %q", flag, got)
		}
	}
}
