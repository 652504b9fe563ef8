//go:build !race

package main

import (
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

func TestSaveAndLoad(t *testing.T) { program.SaveAndLoad(t, "-limit", "64") }

func TestResume(t *testing.T) { program.Resumes(t, "-limit", "64") }

func TestPredict(t *testing.T) { clitest.MNISTPredicts(t, program) }
