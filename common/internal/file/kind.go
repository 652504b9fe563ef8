package file

import (
	"bytes"
	"strings"
)

// kinds has the first bytes of formats that are often given by mistake, with a description and what to do.
var kinds = []struct{ begin, kind string }{
	{"version https://git-lfs", "a Git LFS pointer, which stands for the file: fetch it with git lfs pull"},
	{"\x1f\x8b", "compressed by gzip: unpack it with gunzip"},
	{"PK\x03\x04", "a zip archive, as the .keras files of Keras and the .pt files of PyTorch are"},
	{"\x89PNG", "a PNG picture"},
	{"\xff\xd8\xff", "a JPEG picture"},
	{"\x80\x02", "a Python pickle"}, {"\x80\x03", "a Python pickle"}, {"\x80\x04", "a Python pickle"},
	{"\x93NUMPY", "a NumPy array"},
	{"<", "a web page: download the file itself"},
	{"{", "a JSON text"},
}

// ONNX is the kind of an ONNX model.
const ONNX = "an ONNX model: name it .onnx"

// Kind describes the format of a file by its first bytes; "" if it is unknown.
func Kind(begin []byte) string {
	if len(begin) >= 8 && string(begin[4:8]) == "TFL3" {
		return "a TensorFlow Lite model"
	}
	// the IR version of a ModelProto, up to 31, and the tag of another of its first fields
	if len(begin) >= 3 && begin[0] == 1<<3 && begin[1] > 0 && begin[1] < 32 &&
		strings.IndexByte("\x12\x1a\x3a\x42", begin[2]) >= 0 {
		return ONNX
	}
	text := string(bytes.TrimLeft(begin, " \r\n\t\ufeff"))
	for _, k := range kinds {
		if strings.HasPrefix(text, k.begin) {
			return k.kind
		}
	}
	return ""
}
