package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
)

// checkExport rebuilds the tree from the entry bundles alone, and compares its root with the signed checkpoint and
// each of its tiles with the files. A file that belongs to no tree of that size is an error too.
func checkExport(directory, vkey string) (int64, error) {
	if held, err := os.ReadFile(filepath.Join(directory, "vkey")); err != nil || string(held) != vkey+"\n" {
		return 0, fmt.Errorf("vkey: not the key given")
	}
	tree, err := openCheckpoint(directory, vkey)
	if err != nil {
		return 0, err
	}
	stored, expected, err := readEntries(directory, tree.N)
	if err != nil {
		return 0, err
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if tree.N == 0 {
		root, err = emptyRoot(), nil // x/mod leaves the root of the empty tree undefined, RFC 6962 does not
	}
	if err != nil {
		return 0, err
	}
	if root != tree.Hash {
		return 0, fmt.Errorf("root is %v, signed is %v", root, tree.Hash)
	}
	for _, tile := range lastTiles(tree.N) {
		data, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			return 0, err
		}
		path := tilePath(strconv.Itoa(tile.L), tile.N, tile.W)
		held, err := os.ReadFile(filepath.Join(directory, path))
		if err != nil {
			return 0, err
		}
		if !bytes.Equal(held, data) {
			return 0, fmt.Errorf("%s: differs from its entries", path)
		}
		expected[path] = true
	}
	return tree.N, noOtherFiles(directory, expected)
}

// lastTiles are the tiles of a finished log: of the partial ones only the widest of each level.
func lastTiles(size int64) []tlog.Tile {
	var tiles []tlog.Tile
	for _, tile := range tlog.NewTiles(height, 0, size) {
		if tile.W == width || int64(tile.W) == size>>uint(height*tile.L)-tile.N<<height {
			tiles = append(tiles, tile)
		}
	}
	return tiles
}

// readEntries hashes every entry, and names the bundles it has read.
func readEntries(directory string, size int64) (storedHashes, map[string]bool, error) {
	var stored storedHashes
	read := map[string]bool{}
	for number := int64(0); number*width < size; number++ {
		count := size - number*width
		if count > width {
			count = width
		}
		path := tilePath("entries", number, int(count))
		bundle, err := os.ReadFile(filepath.Join(directory, path))
		if err != nil {
			return nil, nil, err
		}
		read[path] = true
		for index := number * width; index < number*width+count; index++ {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				return nil, nil, fmt.Errorf("%s: entry %d is cut off", path, index)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			hashes, err := tlog.StoredHashes(index, bundle[2:end], stored)
			if err != nil {
				return nil, nil, err
			}
			stored = append(stored, hashes...)
			bundle = bundle[end:]
		}
		if len(bundle) != 0 {
			return nil, nil, fmt.Errorf("%s: more than %d entries", path, count)
		}
	}
	return stored, read, nil
}

func noOtherFiles(directory string, expected map[string]bool) error {
	expected["checkpoint"], expected["vkey"] = true, true
	return filepath.WalkDir(directory, func(path string, found fs.DirEntry, err error) error {
		if err != nil || found.IsDir() {
			return err
		}
		name, err := filepath.Rel(directory, path)
		if err == nil && !expected[filepath.ToSlash(name)] {
			err = fmt.Errorf("%s: belongs to no log of this size", name)
		}
		return err
	})
}

func openCheckpoint(directory, vkey string) (tlog.Tree, error) {
	data, err := os.ReadFile(filepath.Join(directory, "checkpoint"))
	if err != nil {
		return tlog.Tree{}, err
	}
	return checkCheckpoint(data, vkey, nil)
}

// checkCheckpoint verifies the note by the log's key and by every witness, and reads the tree head from its text.
func checkCheckpoint(data []byte, vkey string, witnesses []string) (tlog.Tree, error) {
	log, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	known := []note.Verifier{log}
	for _, witness := range witnesses {
		verifier, err := newCosignatureVerifier(witness)
		if err != nil {
			return tlog.Tree{}, err
		}
		known = append(known, verifier)
	}
	opened, err := note.Open(data, note.VerifierList(known...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.Sigs) != len(known) {
		return tlog.Tree{}, fmt.Errorf("%d signatures verified, want %d", len(opened.Sigs), len(known))
	}
	for _, signature := range append(opened.Sigs, opened.UnverifiedSigs...) {
		if _, err := base64.StdEncoding.Strict().DecodeString(signature.Base64); err != nil {
			return tlog.Tree{}, err
		}
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != log.Name() {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s", log.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("malformed tree size %q", lines[1])
	}
	root, err := parseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// storedHashes keeps the hashes of the whole tree in memory, in the order x/mod numbers them.
type storedHashes []tlog.Hash

func (stored storedHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for place, index := range indexes {
		if index >= int64(len(stored)) {
			return nil, fmt.Errorf("hash %d is not in the tree", index)
		}
		found[place] = stored[index]
	}
	return found, nil
}

// directoryTiles reads the tiles as they lie in the directory; x/mod authenticates them against the tree head.
type directoryTiles string

func (directory directoryTiles) Height() int { return height }

func (directory directoryTiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (directory directoryTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(tiles))
	for place, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(string(directory), tilePath(strconv.Itoa(tile.L), tile.N, tile.W)))
		if err != nil {
			return nil, err
		}
		found[place] = data
	}
	return found, nil
}

// tilePath is the path of C2SP tlog-tiles, which leaves out the height that x/mod puts into its own.
func tilePath(level string, index int64, count int) string {
	path := fmt.Sprintf("%03d", index%1000)
	for index >= 1000 {
		index /= 1000
		path = fmt.Sprintf("x%03d/%s", index%1000, path)
	}
	if count < width {
		path += fmt.Sprintf(".p/%d", count)
	}
	return "tile/" + level + "/" + path
}
