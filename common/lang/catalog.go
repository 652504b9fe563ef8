package lang

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed ko.po
var ko string

// korean is the Korean of each English text.
var korean = sync.OnceValue(func() map[string]string { return catalog(ko) })

// catalog reads a file in the format of GNU gettext: after msgid the English text, after msgstr its translation, each
// in one or more quotes. It takes none of gettext's plurals and contexts.
func catalog(po string) map[string]string {
	texts := map[string]string{}
	english, translated := "", false // the newest msgid, and whether its msgstr follows it
	for line := range strings.Lines(po) {
		keyword, quoted, found := strings.Cut(strings.TrimSpace(line), `"`)
		text, _ := strconv.Unquote(`"` + quoted) // a test reads all lines of our files
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
	delete(texts, "") // the head of the file
	return texts
}
