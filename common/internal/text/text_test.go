package text

import (
	"encoding/json"
	"errors"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, text, shown, graphic, word string }{
		{"path", "out/a-b_c.h5", "out/a-b_c.h5", "out/a-b_c.h5", "out/a-b_c.h5"},
		{"empty", "", `""`, "", "''"},
		{"space", "my run.h5", `"my run.h5"`, "my run.h5", "'my run.h5'"},
		{"quotes", `a"$b'c`, `"a\"$b'c"`, `a"$b'c`, `'a"$b'\''c'`},
		{"star", "*.h5", "*.h5", "*.h5", "'*.h5'"},
		{"letters", "숫자.png", "숫자.png", "숫자.png", "'숫자.png'"},
		{"lines", "a\nb", `"a\nb"`, `a\nb`, `$'a\012b'`},
		{"escape", "\x1b[31m", `"\x1b[31m"`, `\x1b[31m`, `$'\033[31m'`},
		{"cut letter", "a\xec", `"a\xec"`, `a\ufffd`, `$'a\354'`},
		{"marks", "a\u202e'\\", `"a\u202e'\\"`, `a\u202e'\`, `$'a\342\200\256\047\134'`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Brief(c.text); got != c.shown {
				t.Errorf("%q is shown as %s, want %s", c.text, got, c.shown)
			}
			if got := Graphic(c.text); got != c.graphic {
				t.Errorf("%q is graphic as %s, want %s", c.text, got, c.graphic)
			}
			if got := ShellWord(c.text); got != c.word && runtime.GOOS != "windows" {
				t.Errorf("%q is the word %s, want %s", c.text, got, c.word)
			}
		})
	}
	if got, want := Message("unknown field \"a\"\n"), `unknown field "a"\n`; got != want {
		t.Errorf("a message is shown as %s, want %s", got, want)
	}
	if got := Message(strings.Repeat("글", most) + "end"); len(got) > 2*most+3 || !strings.HasSuffix(got, "글end") {
		t.Errorf("a long message is shown as %s", got)
	}
	if got, want := Quoted("a"), `"a"`; got != want {
		t.Errorf("a quoted text is %s, want %s", got, want)
	}
}

// A long text keeps its beginning and its end, of letters of any kind.
func TestLong(t *testing.T) {
	for _, letter := range []string{"x", "글", "𝄞", "\n", "\x1b", "\xff", "\u202e", "\U000e0001", "\\"} {
		whole := strings.Repeat(letter, most/(utf8.RuneCountInString(strconv.Quote(letter))-2))
		if got := Quoted(whole); got != strconv.Quote(whole) {
			t.Errorf("%q is shown as %s, want all of it", whole, got)
		}
		text := "out/" + strings.Repeat(letter, 4000) + "/net.h5"
		got := Brief(text)
		if n := utf8.RuneCountInString(got); n > most+len(`""...""`) || n < most-2*len(`\U000e0001`) {
			t.Errorf("%d letters of %q, want about %d", n, text[:8], most)
		}
		head, tail, _ := strings.Cut(got, "...")
		begin, err := strconv.Unquote(head)
		end, failed := strconv.Unquote(tail)
		if errors.Join(err, failed) != nil || !strings.HasPrefix(text, begin) || !strings.HasSuffix(text, end) ||
			!strings.HasPrefix(begin, "out/") || !strings.HasSuffix(end, "/net.h5") {
			t.Errorf("%q is shown as %s, want its beginning and its end", text[:8], got)
		}
	}
}

// All that a message can have of a text is graphic and short, and a JSON text keeps its value.
func FuzzText(f *testing.F) {
	for _, text := range []string{"", "a b", "a\nb", "\x1b[31m", "\x9b", "a\xec", "\u202e", "\x7f", "\U000e0001",
		"\ufffd", "'\\"} {
		f.Add(text, 1)
		f.Add(text, 4000)
	}
	f.Fuzz(func(t *testing.T, text string, times int) {
		text = strings.Repeat(text, max(0, min(times, 10_000/(len(text)+1))))
		list, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		line := JSON(list)
		var got, want string
		if errors.Join(json.Unmarshal([]byte(line), &got), json.Unmarshal(list, &want)) != nil || got != want {
			t.Errorf("JSON %s has the value %q, want %q", line, got, want)
		}
		for _, c := range []struct {
			shown string
			most  int
		}{{Brief(text), most + 7}, {Quoted(text), most + 7}, {Message(text), 10 * 2 * most}, {Graphic(text), math.MaxInt},
			{ShellWord(text), math.MaxInt}, {line, math.MaxInt}, {strings.ReplaceAll(Lines(text), "\n", ""), math.MaxInt}} {
			odd := func(r rune) bool { return !graphic(r) }
			bad := strings.ContainsFunc(c.shown, odd) && !strings.Contains(text, "\ufffd")
			if bad || utf8.RuneCountInString(c.shown) > c.most {
				t.Errorf("%q is shown as %q, want at most %d letters, all graphic", text, c.shown, c.most)
			}
		}
	})
}
