package main

import . "github.com/mmcloughlin/avo/build"

// pause is a hint to the CPU that this is a waiting loop.
func pause() {
	TEXT("Pause", NOSPLIT, "func()")
	Doc("Pause is a hint to the CPU that this is a waiting loop, for some 10 to 100 ns.")
	PAUSE()
	RET()
}
