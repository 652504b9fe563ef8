package main

import "golang.org/x/sys/unix"

// onTwoCPUs binds this thread, and the processes that it will start, to the first two CPUs that it
// may use, and returns how many that are.
func onTwoCPUs() (int, error) {
	var all, two unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return 0, err
	}
	for cpu := 0; cpu < 64*len(all) && two.Count() < 2; cpu++ {
		if all.IsSet(cpu) {
			two.Set(cpu)
		}
	}
	return two.Count(), unix.SchedSetaffinity(0, &two)
}
