package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every instruction that is written as a WORD is what the GNU assembler makes of its comment: in the files as they are
// in the repository, and for other registers and shapes.
func TestEncodings(t *testing.T) {
	files, err := filepath.Glob("../../*/internal/arm64/*.s")
	if err != nil || len(files) == 0 {
		t.Fatalf("files of assembly: %v, error %v", files, err)
	}
	var source strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	f := &arm64File{}
	everyEncoding(f.function("every", "func()"))
	source.WriteString(f.text.String())

	var words []uint32
	var comments []string
	for _, m := range regexp.MustCompile(`WORD \$(0x[0-9a-f]{8}) // (.*)`).FindAllStringSubmatch(source.String(), -1) {
		var word uint32
		if _, err := fmt.Sscanf(m[1], "0x%x", &word); err != nil {
			t.Fatal(err)
		}
		words, comments = append(words, word), append(comments, m[2])
	}
	for i, want := range assemble(t, comments) {
		if words[i] != want {
			t.Errorf("%s: %08x, want %08x", comments[i], words[i], want)
		}
	}
	t.Logf("%d words", len(words))
}

// everyEncoding writes each instruction of encodings in each of its shapes, with different registers.
func everyEncoding(c *arm64Code) {
	for name, e := range encodings {
		name, variant, _ := strings.Cut(name, " ")
		for _, operandShapes := range e.shapes {
			for i := range 4 {
				var operands []any
				switch {
				case e.form == indices:
					operands = append(operands, indexed(R(3+i), 19))
				case variant == "zero":
					operands = append(operands, imm(0))
				}
				for j, shape := range strings.Fields(operandShapes) {
					operands = append(operands, shaped{V(31 - 10*j - i), shape, i % 2})
				}
				if e.form == lane && operands[0].(shaped).shape == "S" {
					operands[0] = V(21).S(i)
				}
				c.op(name, operands...)
			}
		}
	}
}

// assemble returns the words of instructions in the words of the GNU assembler.
func assemble(t *testing.T, instructions []string) []uint32 {
	t.Helper()
	dir := t.TempDir()
	source, object, raw := filepath.Join(dir, "a.s"), filepath.Join(dir, "a.o"), filepath.Join(dir, "a.bin")
	if err := os.WriteFile(source, []byte(strings.Join(instructions, "\n")+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{
		{"aarch64-linux-gnu-as", "-o", object, source},
		{"aarch64-linux-gnu-objcopy", "-O", "binary", "-j", ".text", object, raw},
	} {
		if output, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s, of Debian's binutils-aarch64-linux-gnu: %v\n%s", command[0], err, output)
		}
	}
	data, err := os.ReadFile(raw)
	if err != nil {
		t.Fatal(err)
	}
	words := make([]uint32, len(data)/4)
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	if len(words) != len(instructions) {
		t.Fatalf("%d words of %d instructions", len(words), len(instructions))
	}
	return words
}
