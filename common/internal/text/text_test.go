package text

import (
	"runtime"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, text, shown, graphic, word string }{
		{"path", "out/a-b_c.h5", "out/a-b_c.h5", "out/a-b_c.h5", "out/a-b_c.h5"},
		{"empty", "", `""`, "", "''"},
		{"space", "my run.h5", `"my run.h5"`, "my run.h5", "'my run.h5'"},
		{"quotes", `a"$b'c`, `"a\"$b'c"`, `a"$b'c`, `'a"$b'\''c'`},
		{"star", "*.h5", "*.h5", "*.h5", "'*.h5'"},
		{"letters", "숫자.png", "숫자.png", "숫자.png", "'숫자.png'"},
		{"lines", "a\nb", `"a\nb"`, `a\nb`, `"a\nb"`},
		{"escape", "\x1b[31m", `"\x1b[31m"`, `\x1b[31m`, `"\x1b[31m"`},
		{"cut letter", "a\xec", `"a\xec"`, `a\ufffd`, "'a\xec'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Shown(c.text); got != c.shown {
				t.Errorf("%q is shown as %s, want %s", c.text, got, c.shown)
			}
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
	long := strings.Repeat("x", most+1)
	if got, want := Brief(long), `"`+long[:most]+`"...`; got != want || Quoted(long) != want {
		t.Errorf("a long text is shown as %s and %s, want %s", got, Quoted(long), want)
	}
	if got := Quoted(strings.Repeat("\x00", most)); len(got) > 2*most+len(`...`) {
		t.Errorf("%d bytes of a text that is long in quotes, want at most %d", len(got), 2*most)
	}
	if got, want := Message("unknown field \"a\"\n"), `unknown field "a"\n`; got != want {
		t.Errorf("a message is shown as %s, want %s", got, want)
	}
	if got := Message(strings.Repeat("\ufffd", most)); len(got) > 2*most+len(`...`) || !strings.HasSuffix(got, "...") {
		t.Errorf("a long message is shown as %s", got)
	}
	if got, want := Quoted("a"), `"a"`; got != want {
		t.Errorf("a quoted text is %s, want %s", got, want)
	}
}
