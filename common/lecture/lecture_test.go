// Package lecture tests the lecture's texts and notebooks. Tests with the build tag lecture run the commands of the
// texts, those with the tag notebooks run the notebooks.
package lecture

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

const root = "../.."

// texts are the files of the lecture, one for each language.
var texts = []string{"en.md", "ko.md"}

// quote is a command with its output as a text quotes it.
type quote struct {
	Command string
	Output  []string // without spaces at the ends of lines; "..." for any number of lines
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(content), "\r\n", "\n")
}

// quotes returns the console blocks of a text: a command after "$ ", and its output.
func quotes(t *testing.T, file string) []quote {
	t.Helper()
	var all []quote
	for _, block := range regexp.MustCompile("(?ms)^```console\n(.*?)^```$").FindAllStringSubmatch(read(t, file), -1) {
		command, output, _ := strings.Cut(strings.TrimSuffix(block[1], "\n"), "\n")
		if !strings.HasPrefix(command, "$ ") || output == "" {
			t.Fatalf("%s: want a command after $ and its output, have\n%s", file, block[1])
		}
		all = append(all, quote{strings.TrimPrefix(command, "$ "), lines(output)})
	}
	return all
}

func lines(text string) []string {
	list := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i := range list {
		list[i] = strings.TrimRight(list[i], " ")
	}
	return list
}

// links returns the targets of a page's links and pictures.
func links(page string) []string {
	var targets []string
	for _, link := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(page, -1) {
		targets = append(targets, link[1])
	}
	return targets
}

// anchors returns the anchors that GitHub gives to a page's headings.
func anchors(page string) []string {
	var names []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(page, -1) {
		names = append(names, "#"+strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, heading[1]))
	}
	return names
}

// Both texts have the same commands with the same output, the same pictures, and the same numbers of headings and
// questions.
func TestTextsAgree(t *testing.T) {
	count := regexp.MustCompile(`(?m)^(#+ |\d\. )`)
	pictures := regexp.MustCompile(`(?m)^!\[.+\]\(.+\)$`)
	var had [2][]string
	for i, file := range texts {
		page := read(t, file)
		had[i] = count.FindAllString(page, -1)
		for _, picture := range pictures.FindAllString(page, -1) {
			had[i] = append(had[i], links(picture)...)
		}
	}
	if !slices.Equal(had[0], had[1]) {
		t.Errorf("%s and %s do not have the same headings, questions and pictures:\n%v\n%v", texts[0], texts[1], had[0], had[1])
	}
	en, ko := quotes(t, texts[0]), quotes(t, texts[1])
	if len(en) == 0 || !reflect.DeepEqual(en, ko) {
		t.Errorf("%s and %s do not quote the same:\n%v\n%v", texts[0], texts[1], en, ko)
	}
}

// The targets of links in this folder's pages, and in READMEs that link to them, are in the repository.
func TestLinks(t *testing.T) {
	pages := append([]string{"today.md", "../../README.md", "../README.md"}, texts...)
	for _, program := range []string{"linreg", "xor", "iris", "mnistmlp", "mnistcnn", "scratch"} {
		pages = append(pages, "../../"+program+"/README.md")
	}
	for _, file := range pages {
		checkLinks(t, file, read(t, file))
	}
}

// checkLinks checks the links of a page, or of a part of it, in a file.
func checkLinks(t *testing.T, file, page string) {
	t.Helper()
	for _, link := range links(page) {
		if strings.Contains(link, "://") {
			continue
		}
		path, anchor, found := strings.Cut(link, "#")
		target := file
		if path != "" {
			target = filepath.Join(filepath.Dir(file), filepath.FromSlash(path))
		}
		if info, err := os.Stat(target); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		} else if info.IsDir() { // GitHub shows its README
			target = filepath.Join(target, "README.md")
		}
		if found && !slices.Contains(anchors(read(t, target)), "#"+anchor) {
			t.Errorf("%s: there is no heading for %s", file, link)
		}
	}
}
