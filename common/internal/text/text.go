// Package text formats text from files and users for messages of one line.
package text

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// most is the largest number of letters that are shown of a text.
const most = 200

// Brief returns the text if it is one word, and the text in quotes if not. It shortens a long text, such as a path of
// 4,000 letters, to its start and end: "out/aaaa"..."aaaa/net.h5".
func Brief(text string) string {
	odd := func(r rune) bool { return r == ' ' || r == '"' || !graphic(r) }
	if text == "" || utf8.RuneCountInString(text) > most || strings.ContainsFunc(text, odd) {
		return Quoted(text)
	}
	return text
}

// Quoted returns the text in quotes, shortened if the quoted text is long: an invisible byte takes four letters in it.
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

// graphic reports whether a letter is visible and does not break a line. A truncated letter is a RuneError.
func graphic(r rune) bool { return strconv.IsGraphic(r) && r != utf8.RuneError }

// Graphic escapes letters that are invisible or break a line. It is for whole lines; use Brief for the text of a user
// in one.
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

// Message formats a message of other software, which may quote a whole file: it escapes what breaks a line, and
// shortens a long message to its start and end.
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

// JSON escapes invisible letters in a JSON text without changing its value: package json does not escape marks that
// change the direction of a line.
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

// ShellWord quotes a text for the shell, unless it is a plain word there. It never shortens it.
func ShellWord(text string) string {
	if text != "" && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-") == "" {
		return text
	}
	odd := strings.ContainsFunc(text, func(r rune) bool { return !graphic(r) })
	switch {
	case odd && runtime.GOOS == "windows": // its file names cannot have such letters
		return strconv.Quote(text)
	case odd: // dollar-single-quotes, IEEE Std 1003.1-2024, 2.2.4; bash, zsh, ksh and busybox support them
		var b strings.Builder
		for i := range len(text) {
			if c := text[i]; c < ' ' || c > '~' || c == '\'' || c == '\\' {
				fmt.Fprintf(&b, `\%03o`, c)
			} else {
				b.WriteByte(c)
			}
		}
		return "$'" + b.String() + "'"
	case runtime.GOOS == "windows": // neither of its shells supports single quotes
		return `"` + text + `"`
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
