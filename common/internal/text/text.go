// Package text shows texts of files and users in a message of one line.
package text

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// most is how many letters are shown of a text of any length.
const most = 200

// Brief is the text itself if it reads as one word, else the text in quotes. Of a long one, as 4,000 letters of a
// path, it shows the beginning and the end: "out/aaaa"..."aaaa/net.h5".
func Brief(text string) string {
	odd := func(r rune) bool { return r == ' ' || r == '"' || !graphic(r) }
	if text == "" || utf8.RuneCountInString(text) > most || strings.ContainsFunc(text, odd) {
		return Quoted(text)
	}
	return text
}

// Quoted is the text in quotes, shortened if it is long, or long in quotes: an invisible byte takes four letters there.
func Quoted(text string) string {
	longer := func(part string, letters int) bool { return utf8.RuneCountInString(strconv.Quote(part))-2 > letters }
	if len(text) <= 4*most && !longer(text, most) { // a letter has at most four bytes
		return strconv.Quote(text)
	}
	head, tail := text[:min(len(text), 2*most)], text[max(len(text)-2*most, 0):]
	for longer(head, most/2) {
		_, size := utf8.DecodeLastRuneInString(head)
		head = head[:len(head)-size]
	}
	for longer(tail, most/2) {
		_, size := utf8.DecodeRuneInString(tail)
		tail = tail[size:]
	}
	return strconv.Quote(head) + "..." + strconv.Quote(tail)
}

// graphic is false for what is invisible in a line, or breaks it; a cut letter gives a RuneError.
func graphic(r rune) bool { return strconv.IsGraphic(r) && r != utf8.RuneError }

// Graphic escapes what is invisible in a line, or breaks it. It is for whole lines; a text of the user's own in it is
// better shown by Brief.
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

// Message is a line of other software, which may quote a whole file: without what breaks a line, and if it is long with
// its beginning and its end.
func Message(line string) string {
	if len(line) > 2*most {
		return Graphic(strings.ToValidUTF8(line[:most], "") + "..." + strings.ToValidUTF8(line[len(line)-most:], ""))
	}
	return Graphic(line)
}

// Lines is Graphic for a text of several lines.
func Lines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = Graphic(line)
	}
	return strings.Join(lines, "\n")
}

// JSON escapes what is invisible in a JSON text, so that it stays the same value: package json leaves marks that change
// the direction of a line.
func JSON(text []byte) string {
	var b strings.Builder
	for _, r := range string(text) {
		if r == '\n' || graphic(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// ShellWord quotes a text for the shell unless it is one plain word there. It is never shortened.
func ShellWord(text string) string {
	if text != "" && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-") == "" {
		return text
	}
	odd := strings.ContainsFunc(text, func(r rune) bool { return !graphic(r) })
	switch {
	case odd && runtime.GOOS == "windows": // whose file names cannot have such letters
		return strconv.Quote(text)
	case odd: // IEEE Std 1003.1-2024, 2.2.4: bash, zsh, ksh and busybox read it
		var b strings.Builder
		for i := range len(text) {
			if c := text[i]; c < ' ' || c > '~' || c == '\'' || c == '\\' {
				fmt.Fprintf(&b, `\%03o`, c)
			} else {
				b.WriteByte(c)
			}
		}
		return "$'" + b.String() + "'"
	case runtime.GOOS == "windows": // neither of its shells knows the other quotes
		return `"` + text + `"`
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
