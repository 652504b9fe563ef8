package main

import . "github.com/mmcloughlin/avo/build"

// pause tells the CPU that this is a waiting loop.
func pause() {
	TEXT("Pause", NOSPLIT, "func()")
	Doc("Pause tells the CPU that this is a waiting loop, for some 10 to 100 ns.")
	PAUSE()
	RET()
}
