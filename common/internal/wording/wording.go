// Package wording tests error messages. A test pins the facts that a user needs: the layer, the flag, the two sizes.
// The whole messages are in testdata/messages.txt of the tested package, where a review sees their changes:
//
//	func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }
//
//	wording.Check(t, err, "layer 3 (Conv2D)", "5x5", "4x4")
//
// A message that differs from its entry fails the test. With WORDING=update in the environment the entries
// are rewritten.
package wording

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// File has the messages, one entry a test: its name, and its messages after a tab each.
const File = "testdata/messages.txt"

// book has the messages in the file, and those that the tests of this process have checked.
type book struct {
	lock sync.Mutex
	want map[string][]string
	seen map[string][]string
	used map[string]int // by test: how many messages its current run has checked
}

var messages = sync.OnceValue(func() *book {
	text, err := os.ReadFile(File)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		panic(err)
	}
	return &book{want: parse(string(text)), seen: map[string][]string{}, used: map[string]int{}}
})

func update() bool { return os.Getenv("WORDING") == "update" }

// Check fails the test unless err is one line with all facts, and equals the message in the file for this call. In the
// file (system) replaces messages of the operating system, and DIR folders of the test.
func Check(t testing.TB, err error, facts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", facts)
		return
	}
	text := err.Error()
	if number := syscall.Errno(0); errors.As(err, &number) {
		text = strings.ReplaceAll(text, number.Error(), system)
	}
	Line(t, text, facts...)
}

// Line is Check for a message as text, such as a line of standard error, whose line end it ignores. Of the operating
// system's messages it replaces only those about files and folders that cannot be opened.
func Line(t testing.TB, text string, facts ...string) {
	t.Helper()
	text = strings.TrimSuffix(text, "\n")
	for _, number := range refused {
		text = strings.ReplaceAll(text, number.Error(), system)
	}
	if len(facts) == 0 {
		t.Fatal("wording: no facts to look for")
	}
	for _, fact := range facts {
		if !strings.Contains(text, fact) {
			t.Errorf("message %q, want %q in it", text, fact)
		}
	}
	if strings.ContainsAny(text, "\r\n") {
		t.Errorf("message %q, want one line", text)
		return
	}
	if problem := messages().check(t, plain(text)); problem != "" {
		t.Error(problem)
	}
}

// check records a message and compares it. It returns a description of the difference, or "".
func (b *book) check(t testing.TB, text string) string {
	b.lock.Lock()
	defer b.lock.Unlock()
	name := t.Name()
	i := b.used[name]
	if b.used[name]++; i == 0 {
		t.Cleanup(func() { // -count 2 begins again
			b.lock.Lock()
			defer b.lock.Unlock()
			delete(b.used, name)
		})
	}
	if i == len(b.seen[name]) {
		b.seen[name] = append(b.seen[name], text)
	}
	want := b.want[name]
	if update() {
		want = b.seen[name]
	}
	switch {
	case i >= len(want):
		return fmt.Sprintf("message %q is not in %s: WORDING=update go test adds it", text, File)
	case want[i] != text:
		return fmt.Sprintf("message %q, want %q as in %s: WORDING=update go test replaces it", text, want[i], File)
	}
	return ""
}

// system replaces messages of the operating system.
const system = "(system)"

// refused has the errors of opening a file or folder that is missing, of the wrong kind, or not permitted: Unix' by
// name, Windows' by number.
var refused = []syscall.Errno{syscall.ENOENT, syscall.ENOTDIR, syscall.EISDIR, syscall.EACCES, syscall.EPERM, 2, 3, 5}

// folder is a path below a test's own folder.
var folder = regexp.MustCompile(regexp.QuoteMeta(strings.TrimRight(os.TempDir(), `/\`)) +
	`[/\\]+[^/\\]+[/\\]+\d+([^\s:;,"')]*)`)

// quoted is such a path in quotes: in some shells it needs them.
var quoted = regexp.MustCompile(`["'](DIR[^"']*)["']`)

// plain replaces the parts of a message that differ between runs and systems.
func plain(text string) string {
	if runtime.GOOS == "windows" {
		text = strings.ReplaceAll(text, `\\`, `\`) // of quoted paths
	}
	text = folder.ReplaceAllStringFunc(text, func(path string) string {
		return "DIR" + strings.ReplaceAll(folder.FindStringSubmatch(path)[1], `\`, "/")
	})
	return quoted.ReplaceAllString(text, "$1")
}

// Main runs the tests and returns their exit code. After a run of all tests, entries that no test has checked fail it.
// With WORDING=update it writes the file: all of it after a run of all tests, else the entries of those that ran.
func Main(m *testing.M) int {
	if err := os.Setenv("LC_ALL", "C"); err != nil { // in English on every machine
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if code != 0 {
		return code
	}
	if err := messages().finish(complete && !partial()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// finish compares the whole file with the checked messages, or writes it. whole means that all tests have run.
func (b *book) finish(whole bool) error {
	entries := b.seen
	if !whole {
		entries = maps.Clone(b.want)
		maps.Copy(entries, b.seen)
	}
	if update() {
		return write(entries)
	}
	for name, texts := range b.want {
		if len(texts) != len(entries[name]) {
			return fmt.Errorf("%s has %d messages of %s, and %d were checked: WORDING=update go test replaces them",
				File, len(texts), name, len(entries[name]))
		}
	}
	return nil
}

// partial reports whether a flag excluded tests.
func partial() bool {
	chosen := func(name string) bool {
		f := flag.Lookup("test." + name)
		return f != nil && f.Value.String() != ""
	}
	return testing.Short() || slices.ContainsFunc([]string{"run", "skip", "fuzz", "list"}, chosen)
}

func write(entries map[string][]string) error {
	if len(entries) == 0 {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(File), 0o755); err != nil {
		return err
	}
	return os.WriteFile(File, []byte(format(entries)), 0o644)
}

func format(entries map[string][]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		b.WriteString(name + "\n")
		for _, text := range entries[name] {
			b.WriteString("\t" + text + "\n")
		}
	}
	return b.String()
}

func parse(text string) map[string][]string {
	entries := map[string][]string{}
	name := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if message, ok := strings.CutPrefix(line, "\t"); ok {
			entries[name] = append(entries[name], message)
		} else {
			name = line
		}
	}
	return entries
}
