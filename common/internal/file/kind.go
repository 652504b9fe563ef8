package file

import (
	"bytes"
	"strings"
)

// kinds has the first bytes of formats that are often given by mistake, with a description and what to do.
var kinds = []struct{ begin, kind string }{
	{"version https://git-lfs", "a Git LFS pointer, which stands for the file: fetch it with git lfs pull"},
	{"\x1f\x8b", "compressed by gzip: unpack it with gunzip"},
	{"PK\x03\x04", "a zip archive"},
	{"\x89PNG", "a PNG picture"},
	{"\xff\xd8\xff", "a JPEG picture"},
	{"\x80\x02", "a Python pickle"}, {"\x80\x03", "a Python pickle"}, {"\x80\x04", "a Python pickle"},
	{"\x93NUMPY", "a NumPy array"},
	{"<", "a web page: download the file itself"},
	{"{", "a JSON text"},
}

// Kind describes the format of a file by its first bytes; "" if it is unknown.
func Kind(begin []byte) string {
	if len(begin) >= 8 && string(begin[4:8]) == "TFL3" {
		return "a TensorFlow Lite model"
	}
	text := string(bytes.TrimLeft(begin, " \r\n\t\ufeff"))
	for _, k := range kinds {
		if strings.HasPrefix(text, k.begin) {
			return k.kind
		}
	}
	return ""
}
