// Package lang translates the text that programs print. As with gettext, the code has the English text, which is the
// key of its translations:
//
//	lang.Korean.Sprintf("wrote %s\n", path)
//
// A catalog is parsed when its language is first used; English has none.
package lang

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Language is English, the zero value, or Korean.
type Language int

// The languages.
const (
	English Language = iota
	Korean
)

// names has the codes of ISO 639-1.
var names = [...]string{English: "en", Korean: "ko"}

// String returns the code of the language, "en" or "ko".
func (l Language) String() string { return names[l] }

// Named returns the language with a code. The error lists the codes.
func Named(name string) (Language, error) {
	for l, of := range names {
		if of == name {
			return Language(l), nil
		}
	}
	return English, fmt.Errorf("must be %s (English) or %s (Korean)", English, Korean)
}

// Environment returns the language of the locale in LC_ALL, LC_MESSAGES or LANG, whichever is set first in the order of
// POSIX.1-2024, section 8.2. It is English for a locale without a catalog.
func Environment(getenv func(string) string) Language {
	for _, variable := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := getenv(variable); locale != "" {
			return ofLocale(locale)
		}
	}
	return English
}

// ofLocale returns the language of a locale language[_TERRITORY][.codeset][@modifier].
func ofLocale(locale string) Language {
	locale, _, _ = strings.Cut(locale, "@")
	locale, codeset, _ := strings.Cut(locale, ".")
	language, _, _ := strings.Cut(locale, "_")
	l, err := Named(language)
	if err != nil || codeset != "" && !strings.EqualFold(strings.ReplaceAll(codeset, "-", ""), "utf8") {
		return English // every codeset has its letters
	}
	return l
}

// text translates an English text, or returns it if the catalog lacks it.
func (l Language) text(english string) string {
	if l == Korean {
		if text, ok := korean()[english]; ok {
			return text
		}
	}
	return english
}

// Sprintf is fmt.Sprintf with the format and each argument of type Word or Message translated. The width of %s and %v
// counts cells of a terminal, not letters: a syllable of Hangul takes two.
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

// Word is a text that Sprintf translates.
type Word string

// Message is a format with its arguments, to be printed later in any language. Sprintf translates it.
type Message struct {
	english string
	format  string
	args    []any
}

// Messagef returns a Message. The format is a key of the catalogs.
func Messagef(format string, args ...any) Message {
	return Message{fmt.Sprintf(format, args...), format, args}
}

// String returns the message in English.
func (m Message) String() string { return m.english }

// Width returns the number of cells that a text takes on a terminal: a syllable of Hangul takes two.
func Width(text string) int { return uniseg.StringWidth(text) }

// cells is a text that %s and %v pad by cells of a terminal, unlike fmt, which counts letters.
type cells string

// Format writes the text, padded to the width of the format.
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
