package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/lang"
)

// Screen is standard output with at most one unfinished line, the bar, at its end. Its methods may
// be called from several goroutines. A nil Screen shows nothing.
type Screen struct {
	lock    sync.Mutex
	out     io.Writer
	quiet   bool
	lang    lang.Language
	columns func() int // width of the terminal; nil: no terminal
	now     func() time.Time
	drawn   int   // width of the unfinished line, in cells of the terminal
	err     error // the first failed write
}

// NewScreen prints on out in a language, or with quiet not at all. Bars are drawn if out is a terminal.
func NewScreen(out io.Writer, quiet bool, language lang.Language) *Screen {
	s := &Screen{out: out, quiet: quiet, lang: language, now: time.Now}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		s.columns = func() int {
			if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
				return width
			}
			return 80 // the terminal's width is unknown
		}
	}
	return s
}

// NoBar makes the screen draw no bars, as if it were not a terminal.
func (s *Screen) NoBar() { s.columns = nil }

// terminal reports whether bars are drawn.
func (s *Screen) terminal() bool { return s.columns != nil }

// Silent reports whether the screen shows nothing.
func (s *Screen) Silent() bool { return s == nil || s.quiet }

// Printf prints above the bar, in the language of the screen. Control characters, as of a file's name, are escaped.
func (s *Screen) Printf(format string, args ...any) {
	if s.Silent() {
		return
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.write(s.wipe() + text.Lines(s.lang.Sprintf(format, args...)))
}

// draw replaces the bar by a line, truncated to the terminal's width: a line that wraps could not be replaced later.
func (s *Screen) draw(line string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	for most := max(s.columns()-1, 0); lang.Width(line) > most; {
		_, last := utf8.DecodeLastRuneInString(line)
		line = line[:len(line)-last]
	}
	before := s.drawn
	s.drawn = lang.Width(line)
	s.write("\r" + line + strings.Repeat(" ", max(before-s.drawn, 0)))
}

// Clear removes the bar.
func (s *Screen) Clear() {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.drawn > 0 {
		s.write(s.wipe())
	}
}

// wipe returns the text that overwrites the bar. It has no escape codes, which not every terminal supports.
func (s *Screen) wipe() string {
	if s.drawn == 0 {
		return ""
	}
	blank := "\r" + strings.Repeat(" ", s.drawn) + "\r"
	s.drawn = 0
	return blank
}

// write keeps the first error and writes nothing after it.
func (s *Screen) write(text string) {
	if s.err == nil {
		_, s.err = io.WriteString(s.out, text)
	}
}

// Err returns the error of the first failed write.
func (s *Screen) Err() error {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.err != nil {
		return fmt.Errorf("standard output: %w", s.err)
	}
	return nil
}
