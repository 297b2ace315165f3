// Logcheck verifies a Kezdesu log with golang.org/x/mod/sumdb alone: nothing of it was written by us
// but the reading of files. It exits with 0 when everything is right and with 1 at the first thing that is not.
//
//	logcheck export DIRECTORY VKEY            every byte of an exported log
//	logcheck receipt FILE VKEY [WITNESS...]   a receipt, its entry and openings; every witness must have signed
//	logcheck checkpoint FILE VKEY [WITNESS...] a signed head; every witness must have signed
//	logcheck request FILE VKEY OLDHEAD        what a witness is asked, against the head that it holds
//	logcheck proofs DIRECTORY VKEY            proofs on standard input, compared with those made here
//	logcheck sign SKEY                        the note over the text on standard input
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "logcheck:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "export":
		size, err := checkExport(args[1], args[2])
		if err != nil {
			return err
		}
		fmt.Printf("%d entries verified\n", size)
		return nil
	case len(args) >= 3 && args[0] == "receipt":
		return checkReceipt(args[1], args[2], args[3:])
	case len(args) >= 3 && args[0] == "checkpoint":
		return checkHead(args[1], args[2], args[3:])
	case len(args) == 4 && args[0] == "request":
		return checkRequest(args[1], args[2], args[3])
	case len(args) == 3 && args[0] == "proofs":
		return compareProofs(args[1], args[2], os.Stdin)
	case len(args) == 2 && args[0] == "sign":
		return sign(args[1], os.Stdin)
	}
	return fmt.Errorf("usage: export DIRECTORY VKEY | receipt FILE VKEY [WITNESS...] | checkpoint FILE VKEY [WITNESS...] | request FILE VKEY OLDHEAD | proofs DIRECTORY VKEY | sign SKEY")
}

// compareProofs reads lines "inclusion INDEX SIZE HASH..." and "consistency OLD NEW HASH..." and makes each of these
// proofs again from the tiles of the directory, which it authenticates against the signed checkpoint.
func compareProofs(directory, vkey string, source io.Reader) error {
	tree, err := openCheckpoint(directory, vkey)
	if err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, directoryTiles(directory))
	lines := bufio.NewScanner(source)
	lines.Buffer(nil, 1<<20)
	count := 0
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 3 {
			return fmt.Errorf("malformed line %q", lines.Text())
		}
		first, err1 := strconv.ParseInt(words[1], 10, 64)
		size, err2 := strconv.ParseInt(words[2], 10, 64)
		if err1 != nil || err2 != nil {
			return fmt.Errorf("malformed line %q", lines.Text())
		}
		proof, err := prove(words[0], first, size, hashes)
		if err != nil {
			return err
		}
		ours := strings.Join(words[3:], " ")
		if theirs := joined(proof); ours != theirs {
			return fmt.Errorf("%s %d %d: proof is %s, want %s", words[0], first, size, ours, theirs)
		}
		count++
	}
	fmt.Printf("%d proofs equal\n", count)
	return lines.Err()
}

func prove(kind string, first, size int64, hashes tlog.HashReader) ([]tlog.Hash, error) {
	switch kind {
	case "inclusion":
		proof, err := tlog.ProveRecord(size, first, hashes)
		return proof, err
	case "consistency":
		proof, err := tlog.ProveTree(size, first, hashes)
		return proof, err
	}
	return nil, fmt.Errorf("unknown proof %q", kind)
}

func joined(proof []tlog.Hash) string {
	var words []string
	for _, hash := range proof {
		words = append(words, hash.String())
	}
	return strings.Join(words, " ")
}

func sign(skey string, source io.Reader) error {
	signer, err := note.NewSigner(skey)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(source)
	if err != nil {
		return err
	}
	signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(signed)
	return err
}
