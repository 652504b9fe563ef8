package lang

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed ko.po
var ko string

// korean has the Korean translation of each English text.
var korean = sync.OnceValue(func() map[string]string { return catalog(ko) })

// catalog reads a file in the format of GNU gettext and returns the translations by English text. It supports msgid and
// msgstr, each with one or more quoted strings, and neither plurals nor contexts.
func catalog(po string) map[string]string {
	texts := map[string]string{}
	english, translated := "", false // the newest msgid, and whether its msgstr follows it
	for line := range strings.Lines(po) {
		keyword, quoted, found := strings.Cut(strings.TrimSpace(line), `"`)
		text, _ := strconv.Unquote(`"` + quoted) // cannot fail: a test checks all lines of ko.po
		switch keyword = strings.TrimSpace(keyword); {
		case keyword == "msgid":
			english, translated = text, false
		case keyword == "msgstr":
			texts[english], translated = text, true
		case keyword != "" || !found: // a comment, or an empty line
		case translated:
			texts[english] += text
		default:
			english += text
		}
	}
	delete(texts, "") // the header entry
	return texts
}
