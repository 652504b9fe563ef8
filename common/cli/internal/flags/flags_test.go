package flags

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/lang"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// values are those of a command line with a flag of each kind.
type values struct {
	limit, hidden     int
	fast, slow, plain bool
	share, far        float64
	data              string
}

// offered has flags that exclude and need each other.
func offered(v *values) *Flags {
	f := New(lang.English)
	f.Int(&v.limit, "limit", 0, "use the first `N` rows")
	f.String(&v.data, "data", "", "read `FILE`", Once)
	f.Bool(&v.plain, "plain", "do it plainly")
	f.Own(func(f *Flags) {
		f.Bool(&v.slow, "slow", "needs another", Needs("fast", "plain"), Hint(": that is slow"))
		f.Bool(&v.fast, "fast", "goes without -limit", Not("limit", "data"))
		f.Between(&v.share, "share", 0.5, 0, 1, "of the rows")
		f.Float64(&v.far, "far", 1, "away (default near)")
		f.Count(&v.hidden, "hidden", 2, 1, 9, "`N` neurons")
	})
	return f
}

// line is a command line after parsing, with its first error.
func line(args, input string) (v values, list []Setting, rest []string, err error) {
	f := offered(&v)
	if rest, err = f.Parse(strings.Fields(args), func() string { return input }); err == nil {
		list = f.Settings()
		err = Check(list)
	}
	return v, list, rest, err
}

func TestRefused(t *testing.T) {
	for _, c := range [][]string{ // the command line, and the facts of its error
		{"-fast -limit 3", "-fast", "-limit"},
		{"-data x -fast", "-fast", "-data"},
		{"-slow", "-slow", "-fast or -plain", "that is slow"},
		{"-slow -fast=false", "-slow", "-fast or -plain"},
		{"-share 1.5", "-share 1.5", "0 to 1"},
		{"-share NaN", "-share NaN", "0 to 1"},
		{"-hidden 10", "-hidden 10", "1 to 9"},
		{"-far off", "-far off", "number"},
		{"-limit x -share 2", "-limit x", "whole number"}, // the first of two
		{"-what", "-what", "-h"},
		{"x", "argument x", "-h"},
	} {
		t.Run(c[0], func(t *testing.T) {
			_, _, _, err := line(c[0], "")
			wording.Check(t, err, c[1:]...)
		})
	}
	_, _, _, err := line("-plain 7.png -fast", "PICTURE")
	wording.Check(t, err, "-fast", "before PICTURE")
	if _, _, _, err = line("-plain -h", ""); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: error %v", err)
	}
}

func TestTaken(t *testing.T) {
	v, list, rest, err := line("-fast=false -limit 0x10 -slow -plain -share 1 -far -1e9 -data a 1 -2", "NUMBER")
	want := values{limit: 16, hidden: 2, slow: true, plain: true, share: 1, far: -1e9, data: "a"}
	if err != nil || v != want || strings.Join(rest, " ") != "1 -2" {
		t.Errorf("%+v, %q, error %v, want %+v", v, rest, err, want)
	}
	for _, s := range list {
		if s.Given == (s.Name == "hidden") || s.On() != (s.Given && s.Name != "fast") {
			t.Errorf("-%s: given %v, on %v", s.Name, s.Given, s.On())
		}
	}
	const words = "-far -1e+09 -fast=false -limit 16 -plain -share 1" // without -data, which is once
	if got := strings.Join(Words(list, "slow"), " "); got != words {
		t.Errorf("words %s, want %s", got, words)
	}
}

func TestUsage(t *testing.T) {
	common, own := offered(new(values)).Usage()
	const wantCommon = `  -limit N      use the first N rows (default 0)
  -data FILE    read FILE
  -plain        do it plainly
`
	const wantOwn = `  -far value    away (default near)
  -fast         goes without -limit
  -hidden N     N neurons (default 2)
  -share value  of the rows (default 0.5)
  -slow         needs another
`
	if common != wantCommon || own != wantOwn {
		t.Errorf("usage\n%s\n%s, want\n%s\n%s", common, own, wantCommon, wantOwn)
	}
}
