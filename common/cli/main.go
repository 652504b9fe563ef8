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
// after an interrupt. Ctrl-C that ends the page of a finished run is no interrupt of it: 0.
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

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/kernel"
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

// Main parses the command line, calls run and ends the process. The first SIGINT or SIGTERM cancels
// run's context; a second one kills at once. Panics are not caught: they are mistakes of the program, and their
// trace is wanted.
func Main(name string, d Defaults, run Func) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	world, err := join(ctx)
	if err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "%s: %s\n", name, oneLine(err.Error()))
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
		if _, err = io.WriteString(stdout, usage(name, d)); err == nil {
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
	case ctx.Err() != nil && (err == nil || interrupted(ctx, err)), errors.Is(err, model.ErrInterrupted):
		code, err = exitInterrupted, r.afterInterrupt()
	case err != nil:
		code = exitFailed
	}
	if err != nil {
		// If standard error is gone, only the exit code is left.
		_, _ = fmt.Fprintf(stderr, "%s: %s\n", name, oneLine(err.Error()))
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
	r.screen = progress.NewScreen(stdout, r.Quiet)
	if group != nil {
		r.screen.NoBar() // what looks like a terminal under mpirun may be a file
		r.group = group
		err = r.agree(err)
	}
	return r, err
}

// do predicts for -predict; else it prepares the run and does it, or a study.
func (r *Run) do(ctx context.Context, run Func) (finished bool, err error) {
	if err := checkSpace(0); err != nil {
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
		defer r.unlock()
		if err := r.prepare(); err != nil {
			return false, err
		}
		if err := r.openPage(ctx); err != nil {
			return false, err
		}
	}
	err = run(ctx, r)
	r.screen.Clear()
	if err == nil && r.keeper != nil {
		err = r.keeper.Err() // the checkpoint lacks the newest state of the run
	}
	if err == nil {
		err = r.screen.Err()
	}
	if errors.Is(err, errHelper) {
		err = nil
	}
	finished = err == nil && ctx.Err() == nil
	return finished, r.closePage(ctx, err, finished)
}

// interrupted reports whether err is that of the cancelled context.
func interrupted(ctx context.Context, err error) bool {
	return errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx))
}

// oneLine joins the lines of a message, such as those of errors.Join, and escapes control characters.
func oneLine(message string) string {
	lines := strings.FieldsFunc(message, func(r rune) bool { return r == '\n' || r == '\r' })
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return text.Graphic(strings.Join(lines, "; "))
}
