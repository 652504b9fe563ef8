package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
)

// inside is the environment variable of the process that has mounts of its own; it says why there are none, if so.
const inside = "ATTACK_MOUNTS"

const mounted = "yes"

// inMounts starts the command once more with mounts that only it and its children see, as root or in a user namespace,
// and ends with its exit code. If neither can be had, it returns.
func inMounts() {
	if os.Getenv(inside) != "" {
		return
	}
	self, err := os.Executable()
	if err != nil {
		os.Setenv(inside, err.Error())
		return
	}
	runtime.LockOSThread() // whose end would end the child
	for _, user := range []bool{false, true} {
		cmd := exec.Command(self, os.Args[1:]...)
		cmd.Env = append(os.Environ(), inside+"="+mounted)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGTERM}
		if user {
			cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
			cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
			cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
		}
		if err = cmd.Start(); err != nil {
			continue
		}
		failed := cmd.Wait()
		if exit := new(exec.ExitError); failed != nil && !errors.As(failed, &exit) {
			fmt.Fprintf(os.Stderr, "attack: %v\n", failed)
		}
		os.Exit(cmd.ProcessState.ExitCode())
	}
	os.Setenv(inside, err.Error())
}

// noMounts says why nothing can be mounted; "": it can.
func noMounts() string {
	if why := os.Getenv(inside); why != mounted {
		return why
	}
	return ""
}

// mount makes a folder that is a file system in memory with these options, as "size=64k".
func (t *trial) mount(folder, options string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := syscall.Mount("none", folder, "tmpfs", 0, options); err != nil {
		return fmt.Errorf("mount %s: %w", options, err)
	}
	t.mounts = append(t.mounts, folder)
	return nil
}

// readOnly makes a mounted folder one into which nothing can be written.
func (t *trial) readOnly(folder string) error {
	return syscall.Mount("none", folder, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
}

// becomeReadOnly hides a folder under one into which nothing can be written. Linux remounts no file system that has a
// file open for writing, as the lock of a run.
func (t *trial) becomeReadOnly(folder string) error {
	if err := syscall.Mount("none", folder, "tmpfs", syscall.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("mount over %s: %w", folder, err)
	}
	t.mounts = append(t.mounts, folder)
	return nil
}

// uncover shows the files that the newest mount hides.
func (t *trial) uncover() error {
	last := len(t.mounts) - 1
	folder := t.mounts[last]
	t.mounts = t.mounts[:last]
	return syscall.Unmount(folder, syscall.MNT_DETACH)
}

func (t *trial) unmount() error {
	for _, folder := range slices.Backward(t.mounts) {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			return err
		}
	}
	return nil
}
