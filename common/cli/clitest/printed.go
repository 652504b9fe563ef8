package clitest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// Printed runs the program with each line of arguments in an English and in a Korean locale, and wants that it prints
// what testdata/printed_en.txt and testdata/printed_ko.txt have: a line with the arguments, and the output. There each
// digit of a decimal and of an index is 0, as the last ones differ between CPUs, each time is TIME, and of lines that
// differ in their numbers only the first stands. With WORDING=update in the environment the files are rewritten.
//
// No two English words may follow each other in Korean, but in a command or the name of a file. The files of a run are
// the same in both languages, and -h is in Korean too.
func (p Program) Printed(t *testing.T, lines ...string) {
	t.Helper()
	left := map[string][]string{} // the folders of the runs of each line
	for language, locale := range map[string]string{"en": "C", "ko": "ko_KR.UTF-8"} {
		t.Setenv("LC_ALL", locale)
		printed := ""
		for _, line := range lines {
			out := t.TempDir()
			left[line] = append(left[line], out)
			text := p.Finish(t, out, strings.Fields(line)...)
			printed += "$ " + line + "\n"
			printed += masked(text, out) + "\n"
		}
		file := filepath.Join("testdata", "printed_"+language+".txt")
		if os.Getenv("WORDING") == "update" {
			Write(t, file, printed)
		}
		if want := strings.ReplaceAll(Content(t, file), "\r\n", "\n"); printed != want {
			t.Errorf("%s prints\n%s\nwant what %s has: WORDING=update go test replaces it", p.Name, printed, file)
		}
		if language == "en" {
			continue
		}
		for line := range strings.Lines(printed) {
			if found := english.FindString(unworded.ReplaceAllString(line, "")); found != "" && line[0] != '$' {
				t.Errorf("%q is not translated in %q", found, line)
			}
		}
	}
	for line, folders := range left {
		sameFiles(t, line, folders[0], folders[1])
	}
	t.Setenv("LC_ALL", "ko_KR.UTF-8")
	for i, line := range strings.Split(p.Main(t, "-h"), "\n") {
		if (i == 0 || strings.HasPrefix(line, "  -")) && !strings.ContainsFunc(line, hangul) {
			t.Errorf("-h has the line %q in Korean", line)
		}
	}
}

func hangul(r rune) bool { return unicode.Is(unicode.Hangul, r) }

var (
	times    = regexp.MustCompile(`\b\d+(\.\d+)?m?s\b`)
	decimal  = regexp.MustCompile(`(?m)\d+\.\d+(e[-+]\d+)?|\de[-+]\d+|^  [0-9 ]+$`)
	digit    = regexp.MustCompile(`\d`)
	unworded = regexp.MustCompile(`go (run|test) .*|OUT\S*`)
	english  = regexp.MustCompile(`[A-Za-z]{2,}[,:]? [A-Za-z]{2,}`)
)

// masked is a text without what differs from run to run, and from CPU to CPU.
func masked(text, out string) string {
	text = strings.NewReplacer(`"`+out+`"`, "OUT", out+`\`, "OUT/", out, "OUT").Replace(text) // Windows has two of them
	text = decimal.ReplaceAllStringFunc(times.ReplaceAllString(text, "TIME"), zeros)
	return strings.Join(slices.CompactFunc(strings.Split(text, "\n"), func(a, b string) bool {
		return a != "" && zeros(a) == zeros(b)
	}), "\n")
}

// zeros is a text with each digit a 0.
func zeros(text string) string { return digit.ReplaceAllString(text, "0") }

// sameFiles wants that two runs have left the same files, but for their seconds and the names of their folders.
func sameFiles(t testing.TB, line, a, b string) {
	t.Helper()
	if first, second := Files(t, a), Files(t, b); !slices.Equal(first, second) {
		t.Errorf("%s: the runs left %v and %v, want the same", line, first, second)
		return
	}
	for _, name := range Files(t, a) {
		if name == "history.csv" {
			first, second := Timeless(t, filepath.Join(a, name)), Timeless(t, filepath.Join(b, name))
			if !slices.EqualFunc(first, second, slices.Equal) {
				t.Errorf("%s: %s differs between the languages", line, name)
			}
			continue
		}
		content := func(folder string) string {
			text := Content(t, filepath.Join(folder, name))
			if name == "run.json" {
				text = ofOneRun.ReplaceAllString(text, "")
			}
			return text
		}
		if content(a) != content(b) {
			t.Errorf("%s: %s differs between the languages", line, name)
		}
	}
}

var ofOneRun = regexp.MustCompile(`"(out|seconds)": [^\n]*`)
