// Package cli is what all programs of the suite share: flags, progress lines, interrupts and the files of a run.
// A program's main is one call:
//
//	func main() { cli.Main("xor", cli.Defaults{Epochs: 5000, Batch: 1, LearningRate: 0.1}, run) }
//
// and its run function has what is special: the data, the net and what to show of it.
//
//	net, err := r.Compile(net, config, train)    // or takes the net of -load or -resume
//	history, err := net.Fit(ctx, train, r.Fit(test))
//	err = r.Finish(ctx, net, history, test, show.Curves)
//
// The exit code is 0 after a finished run, 1 after an error, with one line on standard error, and 130 (128 + SIGINT)
// after an interrupt: Ctrl-C, SIGTERM, or the SIGHUP of a terminal that is closed, unless the program was started to
// outlive it, as by nohup. Ctrl-C that ends the page of a finished run is no interrupt of it: 0. A file that cannot be
// written is a line on standard error, and then exit code 1; the run does all the rest.
//
// # To add a flag
//
// A program's own is a line of its Defaults.Flags. One of all programs is a field of Run in run.go, and in table.go the
// line of define that fills it: name, default, kind of value (internal/flags/value.go has them), use, and the traits
// that say what it excludes and needs, whether a checkpoint keeps it and whether a resumed run and the page of -live may
// change it. What the traits cannot say, such as -epochs 0 without -load, is a case of checkFlags below it. -h, run.json,
// -resume and ranks follow. Then use the field, most often in Fit (fit.go); what it writes goes into prepare (files.go).
//
// Its use in Korean goes into common/lang/ko.po. By hand change what the tests then name: in flags_test.go the text of
// -h, in files_test.go that of run.json; add a line of bad_input_test.go for each error. WORDING=update go test
// ./common/cli writes testdata/messages.txt, and in a program's folder its testdata: look at the diff.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"gorgonia-lectures/common/cli/internal/space"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/progress"
	"gorgonia-lectures/common/ranks"
)

// The exit codes of a program.
const (
	exitDone        = 0
	exitFailed      = 1
	exitInterrupted = 130
)

// Func is the body of a program. Soon after ctx is cancelled it returns the context's error, wrapped or not.
type Func func(ctx context.Context, r *Run) error

// Main parses the command line, calls run and ends the process. The first SIGINT, SIGTERM or SIGHUP cancels
// run's context; a SIGINT or SIGTERM after it kills at once. Panics are not caught: they are mistakes of the program,
// and their trace is wanted.
func Main(name string, d Defaults, run Func) {
	interrupt, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		// never stopped: a closed terminal sends it and the shell in it does too, and the second one must not kill
		interrupt, _ = signal.NotifyContext(interrupt, syscall.SIGHUP)
	}
	ctx, cancel := context.WithCancel(context.Background())
	context.AfterFunc(interrupt, func() {
		stop()
		signal.Ignore(syscall.SIGPIPE) // the same signal ended what reads our output, such as tee
		cancel()
	})
	world, err := join(ctx)
	if err != nil {
		printError(os.Stderr, name, err)
		os.Exit(exitFailed)
	}
	code := execute(ctx, world, name, d, run, os.Args[1:], os.Stdout, os.Stderr)
	if world != nil {
		world.Close()
	}
	os.Exit(code)
}

// Execute is Main without the process: args are the arguments after the program's name, and it returns the exit code.
func Execute(ctx context.Context, name string, d Defaults, run Func, args []string, stdout, stderr io.Writer) int {
	return execute(ctx, nil, name, d, run, args, stdout, stderr)
}

// execute is Execute on one rank of a group; nil is a process alone.
func execute(ctx context.Context, group ranks.Group, name string, d Defaults, run Func, args []string,
	stdout, stderr io.Writer) int {
	if group != nil && group.Rank() > 0 {
		stdout, stderr = io.Discard, io.Discard
	}
	r, err := begin(group, name, d, args, stdout, stderr)
	if errors.Is(err, flag.ErrHelp) {
		if _, err = io.WriteString(stdout, usage(name, d, r.Language)); err == nil {
			return exitDone
		}
		err = fmt.Errorf("standard output: %w", err)
		r.group = nil // the other ranks have ended: none waits for an error
	}
	finished := false
	if err == nil {
		finished, err = r.do(ctx, run)
	}
	err = r.reportError(err)
	code := exitDone
	switch {
	case finished && err == nil: // an interrupt is how its page ends
	case r.failed: // and that of a run that a visitor had started
		code = exitFailed
	case ctx.Err() != nil && (err == nil || interrupted(ctx, err)), errors.Is(err, model.ErrInterrupted):
		code, err = exitInterrupted, r.afterInterrupt()
	case err != nil || len(r.failures) > 0:
		code = exitFailed
	}
	if err != nil {
		printError(stderr, name, err)
	}
	return code
}

// begin reads the command line, and that of the run that is resumed. It writes nothing.
func begin(group ranks.Group, name string, d Defaults, args []string, stdout, stderr io.Writer) (*Run, error) {
	r, err := parse(name, d, args)
	if err == nil {
		err = kernel.LevelError()
	}
	if err == nil && r.resumeFrom != "" {
		r, err = resume(r, name, d, args)
	}
	r.stderr = stderr
	r.screen = progress.NewScreen(stdout, r.Quiet, r.Language)
	if group != nil {
		r.screen.NoBar() // what looks like a terminal under mpirun may be a file
		r.group = group
		err = r.agree(err)
	}
	return r, err
}

// do predicts for -predict; else it prepares the run and does it, or a study.
func (r *Run) do(ctx context.Context, run Func) (finished bool, err error) {
	if err := space.Check(0); err != nil {
		return false, err
	}
	switch {
	case r.predict:
		run = func(context.Context, *Run) error { return r.predictArgs() }
	case r.study != "":
		i := slices.IndexFunc(r.defaults.Studies, func(s Study) bool { return s.Name == r.study })
		run = r.defaults.Studies[i].Run
	}
	if !r.predict {
		defer func() { r.locks.Release() }()
		if err := r.prepare(); err != nil {
			return false, err
		}
		if err := r.openPage(ctx); err != nil {
			return false, err
		}
	}
	finished, err = r.once(ctx, run)
	for r.page != nil && r.again(ctx, finished, err) {
		finished, err = r.once(ctx, run)
	}
	if errors.Is(err, live.ErrAgain) { // which the end of the page has overtaken
		err = ctx.Err()
	}
	return finished, r.closePage(ctx, err, finished)
}

// once does the run, as it was started from the shell or by a visitor of the page.
func (r *Run) once(ctx context.Context, run Func) (finished bool, err error) {
	err = r.unready
	if err == nil {
		err = run(ctx, r)
	}
	r.closeBoard()
	r.screen.Clear()
	if err := r.screen.Err(); err != nil {
		r.fail(err)
	}
	if errors.Is(err, errHelper) {
		err = nil
	}
	return err == nil && ctx.Err() == nil && len(r.failures) == 0, err
}

// interrupted reports whether err is that of the cancelled context.
func interrupted(ctx context.Context, err error) bool {
	return errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx))
}

// printError writes an error in one line: it joins those of a message, as of errors.Join, and escapes control characters.
// If standard error is gone, only the exit code is left.
func printError(stderr io.Writer, program string, err error) {
	lines := strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' })
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	_, _ = fmt.Fprintf(stderr, "%s: %s\n", program, text.Graphic(strings.Join(lines, "; ")))
}
