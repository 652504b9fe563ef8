package report

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

type named string

func (n named) String() string { return string(n) }

// Every second round has the reverse order, and the other forms are measured if one fails.
func TestRounds(t *testing.T) {
	var order []string
	err := Rounds(Settings{Rounds: 3}, []named{"a", "b"}, func(round int, f named) error {
		order = append(order, f.String())
		if round == 1 && f == "b" {
			return errors.New("no memory")
		}
		return nil
	})
	if got := strings.Join(order, " "); got != "a b b a a b" {
		t.Errorf("the order is %s, want a b b a a b", got)
	}
	wording.Check(t, err, "b", "no memory")
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		name  string
		s     Settings
		rest  []string
		facts []string
	}{
		{"no rounds", Settings{}, nil, []string{"-rounds", "0"}},
		{"an argument", Settings{Rounds: 1}, []string{"short"}, []string{"short", "flags"}},
	} {
		t.Run(c.name, func(t *testing.T) { wording.Check(t, c.s.check(c.rest), c.facts...) })
	}
	s := Settings{Rounds: 3, Short: true, Out: "out"}
	if err := s.check(nil); err != nil || s.Rounds != 1 || !filepath.IsAbs(s.Out) {
		t.Errorf("-short: %+v (%v), want one round and a whole path", s, err)
	}
}

func TestWrite(t *testing.T) {
	table := NewTable("", "s")
	table.Row("a", "1")
	table.Row("b")
	s := Settings{Out: filepath.Join(t.TempDir(), "out"), Rounds: 3, Load: "0.25"}
	if err := s.Write("x", table.String(), []int{1}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(s.Out, "x.md"))
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(text), "\n\n")
	for _, fact := range []string{Machine(), "load before the run: 0.25", "rounds: 3"} {
		if !strings.Contains(head, fact) {
			t.Errorf("the first line is %q, want %s in it", head, fact)
		}
	}
	if want := "|  | s |\n| --- | --- |\n| a | 1 |\n| b |  |\n"; rest != want {
		t.Errorf("got\n%s\nwant\n%s", rest, want)
	}
	if data, err := os.ReadFile(filepath.Join(s.Out, "x.json")); err != nil || string(data) != "[\n 1\n]\n" {
		t.Errorf("x.json has %q (%v), want JSON", data, err)
	}
	s.Short, s.Out = true, filepath.Join(s.Out, "none")
	if err := s.Write("x", "", []int{1}); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.Out); err == nil {
		t.Error("-short has written something")
	}
}
