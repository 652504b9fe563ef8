package main

// pauseNEON is a hint to the CPU that this is a waiting loop. YIELD is over at once on most CPUs; a barrier for
// instructions takes about as long as PAUSE on amd64.
func pauseNEON(f *arm64File) {
	c := f.function("Pause", "func()", "Pause is a hint to the CPU that this is a waiting loop, for some 10 ns.")
	c.op("ISB", imm(15))
	c.op("RET")
}
