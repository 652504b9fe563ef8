package cli

// For tests of programs on ranks, which package clitest does not start, and of commands in the shell's words.
var (
	RankExecute = execute
	Word        = word
)
