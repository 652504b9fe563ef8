package cli

// For tests of programs on ranks, which package clitest does not start.
var RankMain = rankMain
