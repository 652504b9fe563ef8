package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"gorgonia-lectures/common/internal/text"
)

// Screen is standard output with at most one unfinished line, the bar, at its end. Its methods may
// be called from several goroutines. A nil Screen shows nothing.
type Screen struct {
	lock    sync.Mutex
	out     io.Writer
	quiet   bool
	columns func() int // width of the terminal; nil: no terminal
	now     func() time.Time
	drawn   int   // width of the unfinished line
	err     error // the first failed write
}

// NewScreen prints on out, or with quiet not at all. Bars are drawn if out is a terminal.
func NewScreen(out io.Writer, quiet bool) *Screen {
	s := &Screen{out: out, quiet: quiet, now: time.Now}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		s.columns = func() int {
			if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
				return width
			}
			return 80 // a terminal that does not say
		}
	}
	return s
}

// NoBar makes the screen draw no bars, as if it were no terminal.
func (s *Screen) NoBar() { s.columns = nil }

// terminal reports whether bars are drawn.
func (s *Screen) terminal() bool { return s.columns != nil }

// Silent reports whether the screen shows nothing.
func (s *Screen) Silent() bool { return s == nil || s.quiet }

// Printf prints above the bar. Control characters, as of a file's name, are escaped.
func (s *Screen) Printf(format string, args ...any) {
	if s.Silent() {
		return
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.write(s.wipe() + text.Lines(fmt.Sprintf(format, args...)))
}

// draw replaces the bar by a line of ASCII, cut to the terminal's width: one that wraps could not be replaced again.
func (s *Screen) draw(line string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	line = line[:min(len(line), max(s.columns()-1, 0))]
	before := s.drawn
	s.drawn = len(line)
	s.write("\r" + line + strings.Repeat(" ", max(before-len(line), 0)))
}

// Clear removes the bar.
func (s *Screen) Clear() {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.drawn > 0 {
		s.write(s.wipe())
	}
}

// wipe is what overwrites the bar. It uses no escape codes: not every terminal has them.
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

// Err is the first failed write.
func (s *Screen) Err() error {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.err != nil {
		return fmt.Errorf("standard output: %w", s.err)
	}
	return nil
}
