//go:build unix && !linux

package main

import "errors"

const withoutLocks = "false"

func execWithoutLocks() {}

func inMounts() {}

func noMounts() string { return "only Linux mounts a file system for one process" }

func (t *trial) mount(folder, options string) error { return errors.New(noMounts()) }

func (t *trial) readOnly(folder string) error { return errors.New(noMounts()) }

func (t *trial) unmount() error { return nil }

func (t *trial) becomeReadOnly(folder string) error { return errors.New(noMounts()) }

func (t *trial) uncover() error { return errors.New(noMounts()) }
