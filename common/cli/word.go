package cli

import "gorgonia-lectures/common/internal/text"

// How a text stands in a message, and in a command.
var shown, graphic, word = text.Shown, text.Graphic, text.ShellWord
