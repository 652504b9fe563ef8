package cli

import (
	"runtime"
	"strconv"
	"strings"
)

// word quotes a value for the shell where it would not be one plain word there.
func word(text string) string {
	if text != "" && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-") == "" {
		return text
	}
	if strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsGraphic(r) }) {
		return strconv.Quote(text) // to be read, not to be pasted
	}
	if runtime.GOOS == "windows" { // neither of its shells knows the other quotes
		return `"` + text + `"`
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// shown quotes a value that would not be recognised as one word.
func shown(text string) string {
	odd := func(r rune) bool { return r == ' ' || r == '"' || !strconv.IsGraphic(r) }
	if text == "" || strings.ContainsFunc(text, odd) {
		return strconv.Quote(text)
	}
	return text
}

// graphic escapes what would not be seen in a line, or break it.
func graphic(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strconv.IsGraphic(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}
