//go:build arm64 && !purego

package parallel

import "gorgonia-lectures/common/kernel/internal/arm64"

// pause is a hint to the CPU that this is a waiting loop.
func pause() { arm64.Pause() }
