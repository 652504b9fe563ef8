package clitest

import (
	"encoding/xml"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// ofTraining reports whether a picture shows curves, which a net that is only served does not have.
func ofTraining(title string) bool {
	return strings.HasSuffix(title, " by epoch") || strings.HasSuffix(title, " by step")
}

// Live wants of a program that trains a net with -live and args:
//
//   - a viewer receives the model, each picture by its title as SVG, the curves too, and at last the status done;
//   - the net answers the question while it trains, and after it;
//   - history.csv, but for its seconds, and the saved net are those of the same run without -live, byte by byte;
//   - -epochs 0 serves the saved net, whose pictures and answer are there too.
func (p Program) Live(t testing.TB, question string, pictures []string, args ...string) {
	t.Helper()
	alone, watched := t.TempDir(), t.TempDir()
	net := filepath.Join(alone, "net.h5")
	args = append([]string{"-no-pictures"}, args...)
	p.Finish(t, alone, append(args, "-quiet", "-save", net)...)

	v := p.Watch(t, append(args, "-out", watched, "-save", filepath.Join(watched, "net.h5"))...)
	v.Drawn(pictures...) // a small net still trains here
	v.Ask(question)
	v.Press(`{"action": "speed", "speed": 0}`)
	v.State("done")
	answer := v.Ask(question)
	v.Ends("done")
	SameRun(t, alone, watched)

	v = p.Watch(t, append(args, "-epochs", "0", "-load", net)...)
	v.State("done")
	v.Drawn(slices.DeleteFunc(slices.Clone(pictures), ofTraining)...)
	if got := v.Ask(question); !reflect.DeepEqual(got, answer) {
		t.Errorf("the trained net answers %+v, and loaded %+v", answer, got)
	}
	v.Ends("done")
}

// Drawn waits for the model and for pictures of these titles, or for a broken one, which Ends reports.
func (v *Viewer) Drawn(titles ...string) {
	v.t.Helper()
	for _, title := range titles {
		v.Until("picture "+title, func(s Seen) bool {
			return s.Program != "" && s.Pictures[title] != "" || len(s.Broken) > 0
		})
	}
}

// Ends interrupts a page whose run has ended well, in the state done or stopped: the program must end well, and all
// pictures be whole.
func (v *Viewer) Ends(state string) {
	v.t.Helper()
	v.until("the end of the newest run", func() bool { // an earlier interrupt would be of the run
		printed := v.Printed()
		newest := printed[max(0, strings.LastIndex(printed, "started again on the page")):]
		return strings.Contains(newest, "done: the page stays at "+v.Address)
	})
	code, stderr := v.Interrupt()
	seen := v.Last()
	if code != 0 || stderr != "" || seen.Status.State != state || seen.Program != v.program {
		v.t.Errorf("exit code %d, standard error %q, model of %s, last status %+v, want 0, nothing, %s and %s",
			code, stderr, seen.Program, seen.Status, v.program, state)
	}
	for title, svg := range seen.Pictures {
		if err := wellFormed(svg); err != nil {
			v.t.Errorf("picture %s: %v", title, err)
		}
	}
	for _, broken := range seen.Broken {
		v.t.Errorf("picture %s", broken)
	}
}

// wellFormed is an error for a text that does not begin with a whole svg element.
func wellFormed(svg string) error {
	return xml.Unmarshal([]byte(svg), &struct {
		XMLName xml.Name `xml:"svg"`
	}{})
}
