package clitest

import (
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

// Main runs the tests of a program, as wording.Main does: the programs cannot import that package.
func Main(m *testing.M) int { return wording.Main(m) }
