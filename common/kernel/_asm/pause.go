package main

import . "github.com/mmcloughlin/avo/build"

// pause tells the CPU that this is a waiting loop.
func pause() {
	TEXT("pause", NOSPLIT, "func()")
	Doc("pause tells the CPU that this is a waiting loop, for some 10 to 100 ns.")
	PAUSE()
	RET()
}
