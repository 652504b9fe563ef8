// Package text shows texts of files and users in a message of one line.
package text

import (
	"runtime"
	"strconv"
	"strings"
	"unicode/utf8"
)

// most is how many bytes are shown of a text of any length.
const most = 200

// Shown is the text itself if it reads as one word, else the text in quotes.
func Shown(text string) string {
	odd := func(r rune) bool { return r == ' ' || r == '"' || !graphic(r) }
	if text == "" || strings.ContainsFunc(text, odd) {
		return strconv.Quote(text)
	}
	return text
}

// Brief is Shown for a text of any length, as of a file: a long one is cut.
func Brief(text string) string {
	if len(text) > most {
		return Quoted(text)
	}
	return Shown(text)
}

// Quoted is the text in quotes, cut if it is long, or long in quotes: an invisible byte takes four there.
func Quoted(text string) string {
	part := text[:min(len(text), most)]
	for len(strconv.Quote(part)) > 2*most {
		part = part[:len(part)/2]
	}
	if len(part) < len(text) {
		return strconv.Quote(part) + "..."
	}
	return strconv.Quote(text)
}

// graphic is false for what is invisible in a line, or breaks it; a cut letter gives a RuneError.
func graphic(r rune) bool { return strconv.IsGraphic(r) && r != utf8.RuneError }

// Graphic escapes what is invisible in a line, or breaks it.
func Graphic(text string) string {
	var b strings.Builder
	for _, r := range text {
		if graphic(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}

// Message is a line of other software, which may quote a whole file: without what breaks a line, and cut.
func Message(line string) string {
	if len(line) > 2*most {
		return Graphic(strings.ToValidUTF8(line[:most], "")) + "..."
	}
	return Graphic(line)
}

// ShellWord quotes a text for the shell unless it is one plain word there.
func ShellWord(text string) string {
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
