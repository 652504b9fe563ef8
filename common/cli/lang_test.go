package cli_test

import (
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
)

// -lang comes before the locale, and a locale that is none is English.
func TestLanguage(t *testing.T) {
	p := (&toy{}).program()
	for _, c := range []struct{ locale, args, want string }{
		{"C", "", "Parameters: 13\n"},
		{"ko_KR.UTF-8", "", "매개변수: 13개\n"},
		{"ko_KR.UTF-8", "-lang en", "Parameters: 13\n"},
		{"C", "-lang ko", "매개변수: 13개\n"},
		{"\xff?_.@", "", "Parameters: 13\n"},
	} {
		t.Run(c.locale+c.args, func(t *testing.T) {
			t.Setenv("LC_ALL", c.locale)
			clitest.Contains(t, p.Finish(t, t.TempDir(), append(strings.Fields(c.args), "-no-pictures")...), c.want)
		})
	}
}

func TestUnknownLanguage(t *testing.T) {
	p := (&toy{}).program()
	for _, locale := range []string{"C", "ko_KR.UTF-8"} {
		t.Setenv("LC_ALL", locale)
		p.Failure(t, []string{"-lang", "de"}, "-lang de", "en (English)", "ko (Korean)")
		p.Failure(t, []string{"-lang="}, "-lang", "en (English)", "ko (Korean)")
	}
}

// A run that was begun in one language is resumed in another, and neither is in its files.
func TestLanguageOfAResumedRun(t *testing.T) {
	dir, file := below(t)
	p := (&toy{}).program()
	p.Finish(t, file("first"), "-lang", "ko", "-no-pictures", "-epochs", "2", "-checkpoint", file("run.h5"))
	stdout := p.Finish(t, dir, "-resume", file("run.h5"), "-epochs", "4", "-patience", "3")
	clitest.Contains(t, stdout, "Epoch 4/4 - ")
	stdout = p.Finish(t, dir, "-lang", "ko", "-resume", file("run.h5"), "-epochs", "5")
	clitest.Contains(t, stdout, "에포크 5/5 - ")
	if report := clitest.Content(t, filepath.Join(dir, "run.json")); strings.Contains(report, "lang") {
		t.Errorf("run.json has the language:\n%s", report)
	}
}

// What a program reads is the same in both languages.
func TestJSONHasNoLanguage(t *testing.T) {
	_, file := below(t)
	p := (&toy{data: dataset.XOR()}).program()
	p.Finish(t, file("out"), "-no-pictures", "-save", file("net.h5"))
	ask := []string{"-load", file("net.h5"), "-predict", "-json", "0,1", "1,1"}
	if ko, en := p.Main(t, append([]string{"-lang", "ko"}, ask...)...), p.Main(t, ask...); ko != en || ko == "" {
		t.Errorf("in Korean the answer is\n%s\nand in English\n%s", ko, en)
	}
}

// The address of the page has the language.
func TestLanguageOfThePage(t *testing.T) {
	for _, c := range []struct{ language, before, query, done string }{
		{"en", "watch it at ", "", "done: "}, {"ko", "브라우저에서 보기: ", "lang=ko", "완료: "},
	} {
		v := slow(nil).Watch(t, "-lang", c.language, "-epochs", "2", "-no-pictures")
		if v.Before != c.before || v.Query != c.query {
			t.Errorf("%s: the first line is %q, the address and %q, want %q and %q",
				c.language, v.Before, v.Query, c.before, c.query)
		}
		v.Press(unlimited)
		v.Prints(c.done)
		if code, stderr := v.Interrupt(); code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d and %q, want 0 and nothing", c.language, code, stderr)
		}
	}
}
