package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// screen is standard output with at most one unfinished line, the bar, at its end. Its methods may
// be called from several goroutines. A nil screen shows nothing.
type screen struct {
	lock    sync.Mutex
	out     io.Writer
	quiet   bool
	columns func() int // width of the terminal; nil: no terminal
	now     func() time.Time
	drawn   int   // width of the unfinished line
	err     error // the first failed write
}

func newScreen(out io.Writer, quiet bool) *screen {
	s := &screen{out: out, quiet: quiet, now: time.Now}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		s.columns = func() int {
			if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
				return width
			}
			return 80 // a terminal that does not tell
		}
	}
	return s
}

// terminal tells whether a line can be drawn over.
func (s *screen) terminal() bool { return s.columns != nil }

// silent tells whether nothing is shown at all.
func (s *screen) silent() bool { return s == nil || s.quiet }

// printf prints above the bar.
func (s *screen) printf(format string, args ...any) {
	if s.silent() {
		return
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.write(s.wipe() + fmt.Sprintf(format, args...))
}

// draw replaces the bar, cut to the terminal's width: a line that wraps could not be drawn over.
// The line must be ASCII.
func (s *screen) draw(line string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	line = line[:min(len(line), max(s.columns()-1, 0))]
	before := s.drawn
	s.drawn = len(line)
	s.write("\r" + line + strings.Repeat(" ", max(before-len(line), 0)))
}

// clear removes the bar.
func (s *screen) clear() {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.drawn > 0 {
		s.write(s.wipe())
	}
}

// wipe is what overwrites the bar. It uses no escape codes: not every terminal has them.
func (s *screen) wipe() string {
	if s.drawn == 0 {
		return ""
	}
	blank := "\r" + strings.Repeat(" ", s.drawn) + "\r"
	s.drawn = 0
	return blank
}

// write keeps the first error and writes nothing after it.
func (s *screen) write(text string) {
	if s.err == nil {
		_, s.err = io.WriteString(s.out, text)
	}
}

// failure is the first failed write.
func (s *screen) failure() error {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.err != nil {
		return fmt.Errorf("standard output: %w", s.err)
	}
	return nil
}
