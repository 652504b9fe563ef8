package lang

import (
	"fmt"
	"strings"
	"testing"
)

func TestEnvironment(t *testing.T) {
	for _, c := range []struct {
		variables string
		want      Language
	}{
		{"", English},
		{"LANG=ko_KR.UTF-8", Korean},
		{"LANG=ko_KR.utf8", Korean},
		{"LANG=ko", Korean},
		{"LANG=ko_KR", Korean},
		{"LANG=ko_KR.UTF-8@hanja", Korean},
		{"LANG=ko_KR.eucKR", English}, // its terminals would garble UTF-8
		{"LANG=en_US.UTF-8", English},
		{"LANG=kok_IN.UTF-8", English},
		{"LANG=C.UTF-8", English},
		{"LANG=ko_KR.UTF-8 LC_ALL=C", English},
		{"LANG=ko_KR.UTF-8 LC_MESSAGES=en_US.UTF-8", English},
		{"LANG=en_US.UTF-8 LC_MESSAGES=ko_KR.UTF-8", Korean},
		{"LANG=C LC_MESSAGES=C LC_ALL=ko", Korean},
		{"LC_ALL= LC_MESSAGES= LANG=ko_KR.UTF-8", Korean}, // empty: not set
		{"LC_CTYPE=ko_KR.UTF-8 LANGUAGE=ko", English},
		{"LANG=..@@__", English},
		{"LANG=\xec\x00/etc/passwd", English},
		{"LANG=" + strings.Repeat("ko_", 1e6), Korean},
	} {
		t.Run(fmt.Sprintf("%.60q", c.variables), func(t *testing.T) {
			values := map[string]string{}
			for _, variable := range strings.Split(c.variables, " ") {
				name, value, _ := strings.Cut(variable, "=")
				values[name] = value
			}
			if got := Environment(func(name string) string { return values[name] }); got != c.want {
				t.Errorf("the language is %v, want %v", got, c.want)
			}
		})
	}
}

func TestNamed(t *testing.T) {
	for _, l := range []Language{English, Korean} {
		if got, err := Named(l.String()); got != l || err != nil {
			t.Errorf("%v is %v, error %v", l, got, err)
		}
	}
	for _, name := range []string{"", "de", "KO", "korean", "ko_KR"} {
		_, err := Named(name)
		if err == nil || !strings.Contains(err.Error(), "en (English)") || !strings.Contains(err.Error(), "ko (Korean)") {
			t.Errorf("%q: error %v, want one that names the languages", name, err)
		}
	}
}

func TestSprintf(t *testing.T) {
	more := Messagef("%v, %d more", "a", 2)
	for _, c := range []struct {
		format          string
		args            []any
		english, korean string
	}{
		{"wrote %s\n", []any{"a.png"}, "wrote a.png\n", "저장: a.png\n"},
		{"%d of %d seeds solve it\n", []any{77, 100}, "77 of 100 seeds solve it\n", "시드 100개 중 77개에서 풀렸습니다.\n"},
		{"not in the catalog %s\n", []any{Word("learned")}, "not in the catalog learned\n", "not in the catalog 학습 결과\n"},
		{"%s %s", []any{"learned", Word("learned")}, "learned learned", "learned 학습 결과"}, // a string may be a file's name
		{"[%-12s]", []any{Word("learned")}, "[learned     ]", "[학습 결과   ]"},
		{"[%12v]", []any{Word("learned")}, "[     learned]", "[   학습 결과]"},
		{"[%-*s]", []any{12, Word("learned")}, "[learned     ]", "[학습 결과   ]"},
		{"[%3s]", []any{Word("learned")}, "[learned]", "[학습 결과]"},
		{"[%-10s]", []any{"글.png"}, "[글.png     ]", "[글.png    ]"}, // as long as the letters or as wide as the cells
		{"[%-6s|%6.2f|%04d]", []any{"δ²½", 1.5, 7}, "[δ²½   |  1.50|0007]", "[δ²½   |  1.50|0007]"},
		{"%q", []any{"글\n"}, `"글\n"`, `"글\n"`},
		{"%v: %s", []any{more, "b"}, "a, 2 more: b", "a 외 2개: b"},
		{"%v", []any{Messagef("%v; not used: %v", more, "c")}, "a, 2 more; not used: c", "a 외 2개, 쓰지 않는 열: c"},
		{"%v|", []any{Message{}}, "|", "|"},
		{"%v %v", []any{nil, []string{"learned"}}, "<nil> [learned]", "<nil> [learned]"},
	} {
		t.Run(c.format, func(t *testing.T) {
			if got := English.Sprintf(c.format, c.args...); got != c.english {
				t.Errorf("English is %q, want %q", got, c.english)
			}
			if got := Korean.Sprintf(c.format, c.args...); got != c.korean {
				t.Errorf("Korean is %q, want %q", got, c.korean)
			}
		})
	}
}

// Printing English does not parse the catalog.
func TestEnglishAllocatesNoMore(t *testing.T) {
	of := func(print func() string) float64 { return testing.AllocsPerRun(100, func() { print() }) }
	ours := of(func() string { return English.Sprintf("wrote %s\n", "a.png") })
	if want := of(func() string { return fmt.Sprintf("wrote %s\n", "a.png") }); ours != want {
		t.Errorf("%v allocations, want %v as of fmt", ours, want)
	}
}
