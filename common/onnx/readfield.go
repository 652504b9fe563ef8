package onnx

import (
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
)

// maxFields bounds the fields of a file that are read. A packed list is one field, and so is a message that is skipped.
const maxFields = 1 << 18

// maxText bounds the bytes of a name, and maxTexts those of all names of a file.
const maxText, maxTexts = 1 << 12, 1 << 24

// source is an open file.
type source struct {
	file   io.ReaderAt
	folder *folder // of the file; nil: unknown
	fields int     // read so far
	texts  int     // bytes of the names so far
}

// damage is the error for bytes that are not a protocol buffer message.
type damage struct{ error }

func damaged(format string, args ...any) error { return damage{fmt.Errorf(format, args...)} }

// span is a part of a file.
type span struct {
	source  *source
	at, end int64
}

func (s span) size() int64 { return s.end - s.at }

// bytes reads the span; more than most bytes are an error.
func (s span) bytes(most int) ([]byte, error) {
	if s.size() > int64(most) {
		return nil, damaged("byte %d: %d bytes, want at most %d", s.at, s.size(), most)
	}
	b := make([]byte, s.size())
	if err := s.source.read(b, s.at); err != nil {
		return nil, err
	}
	return b, nil
}

// read fills b from the offset at of the file.
func (s *source) read(b []byte, at int64) error {
	if n, err := s.file.ReadAt(b, at); n < len(b) {
		return fmt.Errorf("byte %d: the file ends there, or cannot be read: %w", at+int64(n), err)
	}
	return nil
}

// field is a field of a message.
type field struct {
	number protowire.Number
	kind   protowire.Type
	value  uint64 // of a varint, fixed32 or fixed64
	span          // of a length-delimited field
}

// each calls visit for each field of the message in the span. It does not read the content of length-delimited fields.
func (s span) each(visit func(field) error) error {
	const longest = 20 // bytes of a tag and a varint
	var begin [longest]byte
	for at := s.at; at < s.end; {
		if s.source.fields++; s.source.fields > maxFields {
			return damaged("byte %d: more than %d fields", at, maxFields)
		}
		b := begin[:min(longest, s.end-at)]
		if err := s.source.read(b, at); err != nil {
			return err
		}
		f := field{span: span{source: s.source}}
		var n, m int
		f.number, f.kind, n = protowire.ConsumeTag(b)
		if n < 0 {
			return damaged("byte %d: not a field of a protocol buffer message", at)
		}
		switch b = b[n:]; f.kind {
		case protowire.VarintType, protowire.BytesType:
			f.value, m = protowire.ConsumeVarint(b)
		case protowire.Fixed32Type:
			var v uint32
			v, m = protowire.ConsumeFixed32(b)
			f.value = uint64(v)
		case protowire.Fixed64Type:
			f.value, m = protowire.ConsumeFixed64(b)
		default:
			return damaged("byte %d: field %d has wire type %d, want 0, 1, 2 or 5", at, f.number, f.kind)
		}
		if m < 0 {
			return damaged("byte %d: field %d is truncated", at, f.number)
		}
		at += int64(n + m)
		if f.kind == protowire.BytesType {
			if f.value > uint64(s.end-at) {
				return damaged("byte %d: field %d has %d bytes, and only %d are left", at, f.number, f.value, s.end-at)
			}
			f.at, f.end = at, at+int64(f.value)
			at = f.end
		}
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

// is returns an error unless the field has the wire type.
func (f field) is(kind protowire.Type) error {
	if f.kind != kind {
		return damaged("byte %d: field %d has wire type %d, want %d", f.at, f.number, f.kind, kind)
	}
	return nil
}

// each calls visit for each field of the message in the field.
func (f field) each(visit func(field) error) error {
	if err := f.is(protowire.BytesType); err != nil {
		return err
	}
	return f.span.each(visit)
}

// text reads a name.
func (f field) text(to *string) error {
	if err := f.is(protowire.BytesType); err != nil {
		return err
	}
	b, err := f.bytes(maxText)
	if f.source.texts += len(b); err == nil && f.source.texts > maxTexts {
		err = damaged("byte %d: more than %d bytes of names", f.at, maxTexts)
	}
	*to = string(b)
	return err
}

// integer reads an int64.
func (f field) integer(to *int64) error {
	*to = int64(f.value)
	return f.is(protowire.VarintType)
}

// integers appends one int64, or a packed list. More than most numbers are an error.
func (f field) integers(to *[]int64, most int) error {
	if f.kind == protowire.VarintType {
		*to = append(*to, int64(f.value))
	} else {
		if err := f.is(protowire.BytesType); err != nil {
			return err
		}
		b, err := f.bytes(10 * most)
		if err != nil {
			return err
		}
		for len(b) > 0 {
			v, n := protowire.ConsumeVarint(b)
			if n < 0 {
				return damaged("byte %d: a list of numbers is truncated", f.at)
			}
			*to, b = append(*to, int64(v)), b[n:]
		}
	}
	if len(*to) > most {
		return damaged("byte %d: more than %d numbers", f.at, most)
	}
	return nil
}
