package model

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Group is the ranks that train one net together, each a process with the same program, net and data; package
// mpi has one. Every rank calls the same methods in the same order with slices of the same lengths, one at a
// time, though from different goroutines. Each returns when all ranks have called it. It cannot be cancelled: where
// another rank is gone the Group must return an error, as it must for what else went wrong, or end the process. It keeps no
// slice.
type Group interface {
	Rank() int // from 0 to Size()-1
	Size() int
	// Sum32 puts the elementwise sum of all ranks' own into sum: the same bits on every rank. The two do not overlap.
	Sum32(sum, own []float32) error
	// Sum64 is Sum32 in float64.
	Sum64(sum, own []float64) error
	// Broadcast overwrites values by those of rank 0.
	Broadcast(values []float64) error
	// Gather gives every rank the words of all ranks, in their order.
	Gather(own string) ([]string, error)
}

// Sharer is a Group whose ranks may have memory in common, as those of one machine can. There each rank of a Fit moves its
// share of the weights, with a solver of package solver: what a message would carry is read where it is.
type Sharer interface {
	Group
	// Share gives all ranks, which ask for as much, the same memory of so many bytes, all of them 0, from the start of a cache line on. What a rank has
	// written before a Sum64 the others read behind it. The memory is good until this rank calls release, once. It is nil, without
	// an error and on every rank, where they cannot have it.
	Share(bytes int) (memory []byte, release func() error, err error)
}

// ErrInterrupted ends Fit on the ranks of a Group whose own context was not cancelled, where that of another was.
var ErrInterrupted = errors.New("another rank was interrupted")

// RankError is what went wrong on one rank of a Group. All ranks return it.
type RankError struct {
	Rank   int    // the lowest with an error
	Failed int    // how many ranks have errors
	Common bool   // all ranks say the same
	Text   string // what that rank says
	own    error  // the same, on the rank itself
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

// Unwrap is the error itself on the rank, or on all that have it, nil on the others.
func (e *RankError) Unwrap() error { return e.own }

// Fact is something that all ranks of a Group must agree on, as "batch" and "32".
type Fact struct{ Name, Value string }

// The first byte of a message to Agree.
const (
	agreeFacts = "="
	agreeError = "!"
)

// Agree gives all ranks one outcome: nil if none has an error and all have the facts of rank 0, in its order. Else
// it is a RankError. Each rank calls it, also the one that failed where the others go on to their next Agree.
func Agree(g Group, own error, facts ...Fact) error {
	var message strings.Builder
	if own != nil {
		message.WriteString(agreeError + own.Error())
	} else {
		message.WriteString(agreeFacts)
		for _, f := range facts {
			fmt.Fprintf(&message, "%q %q\n", f.Name, f.Value)
		}
	}
	digest := message.String()
	if own == nil { // thousands of ranks would send each other megabytes
		digest = fmt.Sprintf("%x", sha256.Sum256([]byte(digest)))
	}
	all, err := g.Gather(digest)
	if err != nil {
		return errors.Join(own, err)
	}
	if !slices.ContainsFunc(all, func(said string) bool { return said != all[0] || said[:1] == agreeError }) {
		return nil
	}
	if all, err = g.Gather(message.String()); err != nil {
		return errors.Join(own, err)
	}
	var failed *RankError
	healthy := strings.HasPrefix(all[0], agreeFacts) // rank 0 says its facts only if it has no error
	for rank, said := range all {
		text, bad := strings.CutPrefix(said, agreeError)
		if !bad && healthy && said != all[0] {
			text, bad = difference(said, all[0])+" as on rank 0", true
		}
		switch {
		case !bad:
		case failed != nil:
			failed.Failed++
		default:
			failed = &RankError{Rank: rank, Failed: 1, Text: text}
		}
	}
	if failed == nil {
		return nil
	}
	failed.Common = !slices.ContainsFunc(all, func(said string) bool { return said != agreeError+failed.Text })
	if failed.Rank == g.Rank() || failed.Common {
		failed.own = own
	}
	return failed
}

// difference names the first fact in which two lists differ: "batch 32, want 64".
func difference(got, want string) string {
	a, b := facts(got), facts(want)
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return "no " + b[i].Name + ", want " + b[i].Value
		case i >= len(b):
			return a[i].Name + " " + a[i].Value + ", want none"
		case a[i].Name != b[i].Name:
			return a[i].Name + " " + a[i].Value + ", want " + b[i].Name + " " + b[i].Value
		case a[i].Value != b[i].Value:
			return a[i].Name + " " + a[i].Value + ", want " + b[i].Value
		}
	}
	return "another message"
}

// facts reads what Agree wrote.
func facts(message string) []Fact {
	var list []Fact
	for line := range strings.Lines(strings.TrimPrefix(message, agreeFacts)) {
		var f Fact
		if _, err := fmt.Sscanf(line, "%q %q", &f.Name, &f.Value); err == nil {
			list = append(list, f)
		}
	}
	return list
}

// part is the rows of a batch that one rank computes: first to first+rows-1 of all.
type part struct{ first, rows, all int }

// whole is the part of who is alone.
func whole(rows int) part { return part{rows: rows, all: rows} }

// partOf is this rank's part of something of so many rows: parts differ by one row at most, and some have none
// where there are more ranks than rows.
func partOf(g Group, rows int) part { return partAt(g.Rank(), g.Size(), rows) }

func partAt(rank, size, rows int) part {
	first := rows/size*rank + rows%size*rank/size
	end := rows/size*(rank+1) + rows%size*(rank+1)/size
	return part{first: first, rows: end - first, all: rows}
}
