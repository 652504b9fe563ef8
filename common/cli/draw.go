package cli

import (
	"context"
	"fmt"
	"strings"

	"gorgonia-lectures/common/show"
)

// Draw saves what drawing makes under that name in the run's folder and prints its path. The extension chooses the
// format; with -svg a .png is drawn as .svg too. After the training a .png goes to -tensorboard too. With
// -no-pictures nothing happens. A picture that cannot be drawn or written is reported; one that an interrupt finds half
// drawn is left out.
func (r *Run) Draw(ctx context.Context, name string, drawing func() (show.Drawing, error)) {
	if r.NoPictures {
		return
	}
	names := []string{name}
	if bare, ok := strings.CutSuffix(name, ".png"); ok && r.SVG {
		names = append(names, bare+".svg")
	}
	fail := func(name string, err error) {
		if !interrupted(ctx, err) {
			r.fail(fmt.Errorf("picture %s: %w", name, err))
		}
	}
	picture, err := await(ctx, drawing)
	if err != nil {
		fail(name, err)
		return
	}
	for _, name := range names {
		file, err := await(ctx, func() ([]byte, error) { return picture.Encode(name) })
		if err != nil {
			fail(name, err)
			continue
		}
		r.write("picture "+name+": ", r.Path(name), file)
		if tag, ok := strings.CutSuffix(name, ".png"); ok && r.board != nil && tag != "curves" { // it has curves of its own
			if err := r.board.Image(tag, file); err != nil {
				r.fail(err)
			}
		}
	}
}

// await is what do returns, or the context's error as soon as that is cancelled. Then do is left to itself, as the
// process ends soon: an interrupt does not wait for a large picture, wherever in its drawing that is. So do must not
// write files.
func await[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	if ctx.Err() == nil {
		go func() {
			value, err := do()
			done <- result{value, err}
		}()
	}
	select {
	case <-ctx.Done():
		return *new(T), ctx.Err()
	case r := <-done:
		return r.value, r.err
	}
}
