package keras

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"

	"gorgonia-lectures/common/internal/text"
)

// Bounds of the directory of a zip archive: a .keras file has three members.
const (
	maxMembers   = 1000
	maxDirectory = 1 << 20 // bytes
)

// directory checks the record at the end of the archive (APPNOTE 6.3.10, section 4.3.16), and returns the address of
// the directory. Package zip would trust the record: it allocates a list of that length, and reads entries without a
// bound.
func directory(r io.ReaderAt, size int64) (int64, error) {
	const length = 22
	tail := make([]byte, min(size, length+math.MaxUint16))
	if n, err := r.ReadAt(tail, size-int64(len(tail))); n < len(tail) {
		return 0, err
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < length {
		return 0, errors.New("the zip archive has no directory at its end: the file is truncated")
	}
	end := tail[at:]
	count, bytes := binary.LittleEndian.Uint16(end[10:]), binary.LittleEndian.Uint32(end[12:])
	switch start := size - int64(len(end)) - int64(bytes); {
	case binary.LittleEndian.Uint32(end[16:]) == math.MaxUint32:
		return 0, errors.New("a zip archive of more than 4 GB: not supported")
	case count > maxMembers:
		return 0, fmt.Errorf("a zip archive of %d members, want at most %d", count, maxMembers)
	case bytes > maxDirectory:
		return 0, fmt.Errorf("a directory of %d bytes in the zip archive, want at most %d", bytes, maxDirectory)
	case start < 0:
		return 0, fmt.Errorf("a directory of %d bytes in a zip archive of %d bytes", bytes, size)
	default:
		return start, nil
	}
}

// bounded is a file of which only a limited number of bytes may be read.
type bounded struct {
	io.ReaderAt
	left int
}

func (b *bounded) ReadAt(p []byte, offset int64) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, fmt.Errorf("the directory is longer than its %d bytes", maxDirectory)
	}
	return b.ReaderAt.ReadAt(p, offset)
}

// damaged returns the error for a part that package zip cannot read, without the terms of that package.
func damaged(part string, err error) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("it ends too early")
	case errors.Is(err, zip.ErrChecksum):
		err = errors.New("its CRC-32 is wrong")
	case errors.Is(err, zip.ErrFormat):
		err = errors.New("wrong signature or size")
	}
	return fmt.Errorf("%s is damaged: %w", part, err)
}

// openMembers returns the members by name. It is an error if one is outside of the archive or overlaps another one.
func openMembers(r io.ReaderAt, size int64) (map[string]*zip.File, error) {
	end, err := directory(r, size)
	if err != nil {
		return nil, err
	}
	source := &bounded{r, 2 * maxDirectory}
	archive, err := zip.NewReader(source, size)
	if err != nil {
		return nil, damaged("the directory of the zip archive", err)
	}
	if len(archive.File) > maxMembers {
		return nil, fmt.Errorf("a zip archive of %d members, want at most %d", len(archive.File), maxMembers)
	}
	source.left = math.MaxInt
	members := map[string]*zip.File{}
	type span struct {
		name       string
		start, end int64
	}
	var spans []span
	for _, f := range archive.File {
		if members[f.Name] != nil {
			return nil, fmt.Errorf("two members of the zip archive are named %s", text.Brief(f.Name))
		}
		if err := checkMember(f, size); err != nil {
			return nil, fmt.Errorf("%s: %w", text.Brief(f.Name), err)
		}
		start, err := f.DataOffset()
		if err != nil {
			return nil, damaged(text.Brief(f.Name), err)
		}
		const header = 30 // bytes before a member's name
		spans = append(spans, span{f.Name, start - int64(header+len(f.Name)), start + int64(f.CompressedSize64)})
		members[f.Name] = f
	}
	slices.SortFunc(spans, func(a, b span) int { return int(min(1, max(-1, a.start-b.start))) })
	for i, s := range spans {
		next := span{"the directory", end, end}
		if i+1 < len(spans) {
			next = spans[i+1]
		}
		if s.end > next.start {
			return nil, fmt.Errorf("%s overlaps %s in the zip archive", text.Brief(s.name), text.Brief(next.name))
		}
	}
	return members, nil
}

// checkMember checks what the archive's directory says of a member.
func checkMember(f *zip.File, size int64) error {
	const encrypted = 1
	switch {
	case !fs.ValidPath(strings.TrimSuffix(f.Name, "/")) || strings.Contains(f.Name, `\`):
		return errors.New("not a path within the zip archive")
	case f.Flags&encrypted != 0:
		return errors.New("it is encrypted: not supported")
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return fmt.Errorf("it is compressed by method %d, want 0 (stored) or 8 (deflated)", f.Method)
	case f.CompressedSize64 > uint64(size):
		return fmt.Errorf("%d bytes in a zip archive of %d bytes", f.CompressedSize64, size)
	case f.Method == zip.Store && f.CompressedSize64 != f.UncompressedSize64:
		return fmt.Errorf("%d bytes stored for %d", f.CompressedSize64, f.UncompressedSize64)
	}
	return nil
}

// readMember reads a member of at most that many bytes.
func readMember(members map[string]*zip.File, name string, most uint64) ([]byte, error) {
	f := members[name]
	if f == nil {
		return nil, fmt.Errorf("no %s in the zip archive: not a model that Keras saved", name)
	}
	if f.UncompressedSize64 > most {
		return nil, fmt.Errorf("%s: %d bytes, want at most %d", name, f.UncompressedSize64, most)
	}
	b := make([]byte, 0, f.UncompressedSize64)
	err := copyMember(f, func(piece []byte) { b = append(b, piece...) })
	return b, err
}

// copyMember passes on the content of a member in pieces, and checks its CRC-32.
func copyMember(f *zip.File, to func(piece []byte)) error {
	content, err := f.Open()
	if err != nil {
		return damaged(text.Brief(f.Name), err)
	}
	piece := make([]byte, 1<<15)
	for {
		n, err := content.Read(piece)
		to(piece[:n])
		if errors.Is(err, io.EOF) {
			return content.Close()
		}
		if err != nil {
			return damaged(text.Brief(f.Name), err)
		}
	}
}
