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

// inside is the environment variable of the process in its own mount namespace. Its value is the reason if it may not
// mount, and empty if it may.
const inside = "ATTACK_MOUNTS"

const mounted = "yes"

// inMounts runs the command again in a mount namespace, as root or in a user namespace, and exits with its exit code.
// If neither is possible, it returns.
func inMounts() {
	if os.Getenv(inside) != "" {
		return
	}
	self, err := os.Executable()
	if err != nil {
		os.Setenv(inside, err.Error())
		return
	}
	runtime.LockOSThread() // the end of the thread would end the child
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

// noMounts returns the reason why nothing can be mounted; "" if mounts are possible.
func noMounts() string {
	if why := os.Getenv(inside); why != mounted {
		return why
	}
	return ""
}

// mount makes a folder and mounts a file system in memory on it, with options such as "size=64k".
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

// readOnly makes a mounted folder read-only.
func (t *trial) readOnly(folder string) error {
	return syscall.Mount("none", folder, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
}

// becomeReadOnly mounts a read-only file system over a folder. Linux does not remount a file system read-only while a
// file on it is open for writing, such as the lock of a run.
func (t *trial) becomeReadOnly(folder string) error {
	if err := syscall.Mount("none", folder, "tmpfs", syscall.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("mount over %s: %w", folder, err)
	}
	t.mounts = append(t.mounts, folder)
	return nil
}

// uncover removes the newest mount, so that the files under it are visible again.
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
