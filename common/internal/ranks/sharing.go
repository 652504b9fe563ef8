package ranks

import (
	"fmt"
	"sync/atomic"

	"gorgonia-lectures/common/kernel"
)

// Sharing is a Rank whose group has memory in common: it is a model.Sharer.
type Sharing struct{ *member }

// member is a Rank by another name than that of its method.
type member = Rank

// WithMemory gives the rank's group memory in common: all its ranks are to have it.
func WithMemory(r *Rank) Sharing { return Sharing{r} }

// share is what a rank asks for, and what it gets.
type share struct {
	bytes  int
	memory []byte
	users  *atomic.Int32
}

// Share is that of model.Sharer. When the last rank has let go of the memory all of it is NaN, for the sake of those who use it
// nevertheless.
func (s Sharing) Share(bytes int) (memory []byte, release func() error, err error) {
	own := &share{bytes: bytes}
	err = meet(s.member, "share", own, func(all []*share) error {
		memory, users := kernel.Make[uint8](bytes), new(atomic.Int32)
		users.Store(int32(len(all)))
		for rank, o := range all {
			if o.bytes != bytes {
				return fmt.Errorf("share: rank %d asks for %d bytes, another for %d", rank, o.bytes, bytes)
			}
			o.memory, o.users = memory, users
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return own.memory, func() error {
		if own.users.Add(-1) == 0 {
			for i := range own.memory {
				own.memory[i] = 0xff
			}
		}
		return nil
	}, nil
}
