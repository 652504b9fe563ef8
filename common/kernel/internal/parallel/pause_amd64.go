//go:build amd64 && !purego

package parallel

import "gorgonia-lectures/common/kernel/internal/amd64"

// pause is a hint to the CPU that this is a waiting loop.
func pause() { amd64.Pause() }
