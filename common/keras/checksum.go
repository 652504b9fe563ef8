package keras

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/text"
)

// checksumName is the root attribute by which damage to a file that Save wrote is detected: a damaged weight may still
// be a valid number. Keras ignores the attribute, and its files have none.
const checksumName = "gorgonia_lectures_sha256"

// checksum is the SHA-256 of the tree as hdf5.Write writes it, without the checksum.
func checksum(root *hdf5.Group) (string, error) {
	all := root.Attributes
	defer func() { root.Attributes = all }()
	root.Attributes = slices.DeleteFunc(slices.Clone(all), func(a hdf5.Attribute) bool { return a.Name == checksumName })
	hash := sha256.New()
	err := hdf5.Write(hash, root)
	return hex.EncodeToString(hash.Sum(nil)), err
}

// verify returns an error if the file has a checksum that differs from that of its content.
func verify(root *hdf5.Group) error {
	if _, ok := root.Attribute(checksumName); !ok {
		return nil
	}
	want, err := attributeText(root, checksumName)
	if err != nil {
		return err
	}
	got, err := checksum(root)
	if err != nil {
		return fmt.Errorf("the file has changed since it was saved: %w", err)
	}
	if got != want {
		return fmt.Errorf("the file has changed since it was saved: its SHA-256 is %s, want %s as in the attribute %s "+
			"(without the attribute it loads)", got, text.Brief(want), checksumName)
	}
	return nil
}
