package file

import "testing"

func TestKind(t *testing.T) {
	for begin, want := range map[string]string{
		"version https://git-lfs.github.com/spec/v1\noid sha256:": "a Git LFS pointer, which stands for the file: fetch it with git lfs pull",
		"\x1f\x8b\x08":                 "compressed by gzip: unpack it with gunzip",
		"PK\x03\x04":                   "a zip archive, as the .keras files of Keras and the .pt files of PyTorch are",
		"\b\x08\x12\x11gorgonia":       "an ONNX model: name it .onnx",
		"\b\x08":                       "",
		"\n<!DOCTYPE html>":            "a web page: download the file itself",
		"\ufeff{\"class_name\"":        "a JSON text",
		"\x1c\x00\x00\x00TFL3\x14\x00": "a TensorFlow Lite model",
		"\x80\x04\x95":                 "a Python pickle",
		"version 3":                    "",
		"":                             "",
	} {
		if got := Kind([]byte(begin)); got != want {
			t.Errorf("%q is %q, want %q", begin, got, want)
		}
	}
}
