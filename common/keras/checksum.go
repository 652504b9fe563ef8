package keras

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"gorgonia-lectures/common/hdf5"
)

// checksumName is the root attribute that tells whether a file of ours is as it was written: a damaged
// weight is as good a number as any. Keras does not look at it, and its own files have none.
const checksumName = "gorgonia_lectures_sha256"

// checksum is the SHA-256 of the tree as hdf5.Write writes it, without the checksum.
func checksum(root *hdf5.Group) (string, error) {
	bare := hdf5.NewGroup()
	for _, a := range root.Attributes { // not SetAttribute: of two with one name neither may be lost
		if a.Name != checksumName {
			bare.Attributes = append(bare.Attributes, a)
		}
	}
	for _, name := range root.Names() {
		if err := bare.Add(name, root.Member(name)); err != nil {
			return "", err
		}
	}
	hash := sha256.New()
	if err := hdf5.Write(hash, bare); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// verify is an error if the file has a checksum and is not what it was made of.
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
		return fmt.Errorf("the file has changed since it was saved: its SHA-256 is %s, the attribute %s says %s (without the attribute it loads)",
			got, checksumName, want)
	}
	return nil
}
