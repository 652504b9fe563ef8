//go:build !mpi

package mpi

import "fmt"

// Built reports whether the build tag was given.
const Built = false

func start(ranks int) (World, error) {
	return nil, fmt.Errorf("%d ranks were started, but the program is built without MPI: build it with -tags mpi", ranks)
}
