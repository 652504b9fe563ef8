package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// withoutLocks is the shell command before a program that must run without file locks. The shell then runs this binary
// in place of the program, and execWithoutLocks replaces it by the program.
const withoutLocks = "export ATTACK_LOCKS=no"

// execWithoutLocks executes the program of the arguments with a filter that makes calls to lock files fail, as on some
// network file systems. Without the variable of withoutLocks it returns.
func execWithoutLocks() {
	if os.Getenv("ATTACK_LOCKS") != "no" {
		return
	}
	os.Unsetenv("ATTACK_LOCKS")
	runtime.LockOSThread()
	const (
		load, equal, give = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K,
			unix.BPF_RET | unix.BPF_K
		call, command = 0, 16 + 8 // in struct seccomp_data
		allow         = 0x7fff0000
		fail          = 0x00050000 | uint32(unix.EOPNOTSUPP)
	)
	filter := []unix.SockFilter{
		{Code: load, K: call},
		{Code: equal, K: unix.SYS_FLOCK, Jt: 6},
		{Code: equal, K: unix.SYS_FCNTL, Jf: 6},
		{Code: load, K: command},
		{Code: equal, K: unix.F_SETLK, Jt: 3},
		{Code: equal, K: unix.F_SETLKW, Jt: 2},
		{Code: equal, K: unix.F_OFD_SETLK, Jt: 1},
		{Code: equal, K: unix.F_OFD_SETLKW, Jf: 1},
		{Code: give, K: fail},
		{Code: give, K: allow},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	err := errors.Join(unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
		unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0))
	if err == nil {
		err = syscall.Exec(os.Args[1], os.Args[1:], os.Environ())
	}
	fmt.Fprintf(os.Stderr, "attack: without locks: %v\n", err)
	os.Exit(1)
}
