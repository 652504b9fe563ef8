// Package lang is the language of what the programs print. As with gettext, the English text stands at its place in the
// code and is the key of the others:
//
//	lang.Korean.Sprintf("wrote %s\n", path)
//
// A catalog is read when its language first prints; English has none.
package lang

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Language is one of those below; the zero Language is English.
type Language int

// The languages.
const (
	English Language = iota
	Korean
)

// names are those of ISO 639-1.
var names = [...]string{English: "en", Korean: "ko"}

// String is the name of the language: "en", "ko".
func (l Language) String() string { return names[l] }

// Named is the language of a name. The error lists those that there are.
func Named(name string) (Language, error) {
	for l, of := range names {
		if of == name {
			return Language(l), nil
		}
	}
	return English, fmt.Errorf("must be %s (English) or %s (Korean)", English, Korean)
}

// Environment is the language of the first of LC_ALL, LC_MESSAGES and LANG that is set, as POSIX.1-2024, section 8.2,
// orders them. It is English unless there is a catalog for it.
func Environment(getenv func(string) string) Language {
	for _, variable := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := getenv(variable); locale != "" {
			return ofLocale(locale)
		}
	}
	return English
}

// ofLocale is the language of language_TERRITORY.codeset@modifier, of which all but the first may be missing.
func ofLocale(locale string) Language {
	locale, _, _ = strings.Cut(locale, "@")
	locale, codeset, _ := strings.Cut(locale, ".")
	language, _, _ := strings.Cut(locale, "_")
	l, err := Named(language)
	if err != nil || codeset != "" && !strings.EqualFold(strings.ReplaceAll(codeset, "-", ""), "utf8") {
		return English // whose letters all codesets have
	}
	return l
}

// text is the English text in the language, or as it is if the catalog lacks it.
func (l Language) text(english string) string {
	if l == Korean {
		if text, ok := korean()[english]; ok {
			return text
		}
	}
	return english
}

// Sprintf is fmt.Sprintf with the format, and what is a Word or a Message, in the language. Text that takes more cells
// on a terminal than it has letters, as Hangul, is padded by its cells.
func (l Language) Sprintf(format string, args ...any) string {
	if l == English {
		return fmt.Sprintf(format, args...)
	}
	return fmt.Sprintf(l.text(format), l.arguments(args)...)
}

func (l Language) arguments(args []any) []any {
	list := make([]any, len(args))
	for i, arg := range args {
		switch a := arg.(type) {
		case Word:
			list[i] = cells(l.text(string(a)))
		case Message:
			list[i] = cells(l.Sprintf(a.format, a.args...))
		case string:
			list[i] = cells(a)
		default:
			list[i] = arg
		}
	}
	return list
}

// Word is a text that Sprintf has in its language.
type Word string

// Message is a line that is not printed yet. Sprintf has it in its language.
type Message struct {
	english string
	format  string
	args    []any
}

// Messagef is the message of a format, which is a key of the catalogs.
func Messagef(format string, args ...any) Message {
	return Message{fmt.Sprintf(format, args...), format, args}
}

// String is the message in English.
func (m Message) String() string { return m.english }

// Width is how many cells of a terminal a text takes: a syllable of Hangul takes two.
func Width(text string) int { return uniseg.StringWidth(text) }

// cells is a text that %s and %v pad by its cells; fmt counts letters.
type cells string

// Format writes the text in the width of the format.
func (c cells) Format(f fmt.State, verb rune) {
	width, padded := f.Width()
	if !padded || verb != 's' && verb != 'v' {
		fmt.Fprintf(f, fmt.FormatString(f, verb), string(c))
		return
	}
	if width -= Width(string(c)) - utf8.RuneCountInString(string(c)); f.Flag('-') {
		width = -width
	}
	fmt.Fprintf(f, "%*s", width, string(c))
}
