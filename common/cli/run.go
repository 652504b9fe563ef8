// Package cli is what all programs of the suite share: flags, progress lines, interrupts and the
// files that a run leaves. A program's main is one call:
//
//	func main() { cli.Run("xor", cli.Defaults{Epochs: 5000, Batch: 1, LearningRate: 0.1}, run) }
//
// and its run function fits with opt.Callbacks() and ends with opt.SaveRun(history, nil).
//
// Exit codes are 0 for a finished run, also if an interrupt ended its page of -live, 1 with one line on
// standard error for anything that went wrong, and 130 after an interrupt, as shells count it (128 + SIGINT).
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
)

// The exit codes of a program.
const (
	exitDone        = 0
	exitFailed      = 1
	exitInterrupted = 130
)

// Func is the body of a program. It gives up soon after ctx is cancelled and then returns the
// context's error, wrapped or not.
type Func func(ctx context.Context, opt Options) error

// Run parses the command line, calls run and ends the process. The first SIGINT or SIGTERM cancels
// run's context; from then on signals have their usual effect, so that a second one kills at once.
// Panics are not caught: they are mistakes of the program, and their trace is wanted.
func Run(name string, d Defaults, run Func) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	world, err := join(ctx)
	if err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "%s: %s\n", name, oneLine(err.Error()))
		os.Exit(exitFailed)
	}
	if world == nil {
		os.Exit(Main(ctx, name, d, run, os.Args[1:], os.Stdout, os.Stderr))
	}
	code := rankMain(ctx, world, name, d, run, os.Args[1:], os.Stdout, os.Stderr)
	world.Close()
	os.Exit(code)
}

// Main is Run without the process: args are the arguments after the program's name, and the exit
// code is returned. A test trains a program for a moment with it.
func Main(ctx context.Context, name string, d Defaults, run Func, args []string,
	stdout, stderr io.Writer) int {
	return rankMain(ctx, nil, name, d, run, args, stdout, stderr)
}

// rankMain is Main on one rank of a group; alone it is nil.
func rankMain(ctx context.Context, group model.Group, name string, d Defaults, run Func, args []string,
	stdout, stderr io.Writer) int {
	if group != nil && group.Rank() > 0 {
		stdout, stderr = io.Discard, io.Discard
	}
	opt, err := begin(group, name, d, args, stdout, stderr)
	if errors.Is(err, flag.ErrHelp) {
		if _, err = io.WriteString(stdout, usage(name, d)); err == nil {
			return exitDone
		}
		opt.Group = nil // the other ranks have ended: none waits for a word
	}
	finished := false
	if err == nil {
		if opt.predict {
			run = func(context.Context, Options) error { return opt.predictArgs(d.Predict) }
		} else if err = prepare(&opt); err == nil {
			err = opt.openPage(ctx)
		}
	}
	if err == nil {
		err = run(ctx, opt)
		opt.screen.clear()
		if err == nil {
			err = opt.session.unkeptState()
		}
		if err == nil {
			err = opt.screen.failure()
		}
		if errors.Is(err, errHelper) {
			err = nil
		}
		finished = err == nil && ctx.Err() == nil
		err = opt.closePage(ctx, err, finished)
	}
	err = opt.tell(err)
	code := exitDone
	switch {
	case finished && err == nil: // also if a page was ended by an interrupt: that is how it ends
	case ctx.Err() != nil && (err == nil || interrupted(ctx, err)), errors.Is(err, model.ErrInterrupted):
		code, err = exitInterrupted, opt.session.afterInterrupt()
	case err != nil:
		code = exitFailed
	}
	if err != nil {
		// If standard error is gone, the exit code is all that is left to tell.
		_, _ = fmt.Fprintf(stderr, "%s: %s\n", name, oneLine(err.Error()))
	}
	return code
}

// begin is what is known before anything is written: the command line, and that of the run that goes on.
func begin(group model.Group, name string, d Defaults, args []string, stdout, stderr io.Writer) (Options, error) {
	opt, err := parse(name, d, args)
	if err == nil {
		err = kernel.LevelError()
	}
	if err == nil && opt.resumeFrom != "" {
		opt, err = resume(opt, name, d, args)
	}
	opt.session.stderr = stderr
	opt.screen = newScreen(stdout, opt.Quiet)
	if group != nil {
		opt.screen.columns = nil // mpirun makes a terminal of what may be a file
		opt.Group = group
		err = opt.meet(err)
	}
	return opt, err
}

// interrupted tells whether err comes from the cancelled context.
func interrupted(ctx context.Context, err error) bool {
	return errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx))
}

// oneLine joins the lines of a message, for errors that hold others.
func oneLine(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "; ")
}
