package cli

import (
	"context"
	"errors"
	"fmt"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/live"
)

// openPage serves the page of -live, before training begins.
func (r *Run) openPage(ctx context.Context) error {
	if !r.live {
		return nil
	}
	page, err := live.Open(ctx, r.liveAddr)
	if err != nil {
		return fmt.Errorf("-live-addr %s: %s", shown(r.liveAddr), text.Message(err.Error())) // it names the host
	}
	r.page = page
	r.Printf("watch it at %s\n", page.Address())
	if !page.Local() {
		r.Printf("anyone who can reach this machine over the network can watch, pause and stop it too\n")
	}
	return nil
}

// closePage ends the page, which shows how the run ended. After a finished run it first waits for an interrupt.
func (r *Run) closePage(ctx context.Context, err error, finished bool) error {
	if r.page == nil {
		return err
	}
	why := errors.Join(errors.Join(r.failures...), err)
	switch {
	case finished:
		r.Printf("done: the page stays at %s until you interrupt it (Ctrl-C)\n", r.page.Address())
		select {
		case <-ctx.Done():
		case <-r.page.Broken():
		}
	case ctx.Err() != nil && (err == nil || interrupted(ctx, err)):
		why = errors.New("interrupted") // as the exit code says
	}
	return errors.Join(err, r.page.Close(why))
}
