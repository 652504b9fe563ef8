package ranks

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorgonia-lectures/common/internal/text"
)

// RankError is the error of one rank of a Group. All ranks return it.
type RankError struct {
	Rank   int    // the lowest with an error
	Failed int    // the number of ranks with errors
	Common bool   // all ranks have the same error
	Text   string // the text of that rank's error
	own    error  // the error itself, on that rank
}

func (e *RankError) Error() string {
	switch {
	case e.Common:
		return e.Text
	case e.Failed > 1:
		return fmt.Sprintf("rank %d: %s (%d ranks have errors)", e.Rank, e.Text, e.Failed)
	}
	return fmt.Sprintf("rank %d: %s", e.Rank, e.Text)
}

// Unwrap returns the error itself on the rank that has it, or on all ranks if all have it; nil on others.
func (e *RankError) Unwrap() error { return e.own }

// Fact is something that all ranks of a Group must agree on, as "batch" and "32".
type Fact struct{ Name, Value string }

func (f Fact) String() string { return f.Name + " " + text.Message(f.Value) }

// The first byte of a report to Agree.
const (
	agreeFacts = "="
	agreeError = "!"
)

// Agree returns the same outcome on all ranks: nil if none has an error and all have the facts of rank 0, in its order;
// a RankError if not. Every rank must call it, even one that has failed before.
func Agree(g Group, own error, facts ...Fact) error {
	report := agreeFacts
	for _, f := range facts {
		report += fmt.Sprintf("%q %q\n", f.Name, f.Value)
	}
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte(report))) // the facts of thousands of ranks are megabytes
	if own != nil {
		report = agreeError + own.Error()
		digest = report
	}
	all, err := g.Gather(digest)
	if err != nil {
		return errors.Join(own, err)
	}
	if !slices.ContainsFunc(all, func(report string) bool { return report != all[0] || report[:1] == agreeError }) {
		return nil
	}
	if all, err = g.Gather(report); err != nil {
		return errors.Join(own, err)
	}
	var failed *RankError
	healthy := strings.HasPrefix(all[0], agreeFacts) // rank 0 reports its facts only if it has no error
	for rank, report := range all {
		what, bad := strings.CutPrefix(report, agreeError)
		if !bad && healthy && report != all[0] {
			what, bad = difference(report, all[0])+" as on rank 0", true
		}
		switch {
		case !bad:
		case failed != nil:
			failed.Failed++
		default:
			failed = &RankError{Rank: rank, Failed: 1, Text: what}
		}
	}
	if failed == nil {
		return nil
	}
	failed.Common = !slices.ContainsFunc(all, func(report string) bool { return report != agreeError+failed.Text })
	if failed.Rank == g.Rank() || failed.Common {
		failed.own = own
	}
	return failed
}

// difference describes the first fact in which two lists differ: "batch 32, want 64".
func difference(got, want string) string {
	a, b := facts(got), facts(want)
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return "no " + b[i].Name + ", want " + text.Message(b[i].Value)
		case i >= len(b):
			return a[i].String() + ", want none"
		case a[i].Name != b[i].Name:
			return a[i].String() + ", want " + b[i].String()
		case a[i].Value != b[i].Value:
			return a[i].String() + ", want " + text.Message(b[i].Value)
		}
	}
	return "another report"
}

// facts parses a report of Agree.
func facts(report string) []Fact {
	var list []Fact
	for line := range strings.Lines(strings.TrimPrefix(report, agreeFacts)) {
		var f Fact
		if _, err := fmt.Sscanf(line, "%q %q", &f.Name, &f.Value); err == nil {
			list = append(list, f)
		}
	}
	return list
}
