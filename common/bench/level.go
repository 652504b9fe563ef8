package bench

// LevelVariable is the environment variable that forces package kernel to a CPU level.
const LevelVariable = "GORGONIA_LECTURES_CPU"

// Levels lists the CPU levels that the kernels can run at on this machine, the fastest first.
func Levels() []string { return []string{Level()} }

// Level is the CPU level that the kernels run at.
func Level() string { return "go" }

// MachineLoops are the loops at the level that the kernels run at.
func MachineLoops() Loops { return plainLoops{} }
