package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// checkHead verifies a checkpoint by the log's key and by that of every witness.
func checkHead(file, vkey string, witnesses []string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	tree, err := checkCheckpoint(data, vkey, witnesses)
	if err != nil {
		return err
	}
	fmt.Printf("head of %d entries verified, %d witnesses\n", tree.N, len(witnesses))
	return nil
}

// checkRequest decides as a witness does that holds the head in oldHead: the head in the request must extend it.
func checkRequest(file, vkey, oldHead string) error {
	held, err := os.ReadFile(oldHead)
	if err != nil {
		return err
	}
	old, err := checkCheckpoint(held, vkey, nil)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	parts := strings.SplitN(string(data), "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || lines[0] != "old "+strconv.FormatInt(old.N, 10) {
		return fmt.Errorf("not a request from size %d", old.N)
	}
	var proof tlog.TreeProof
	for _, line := range lines[1:] {
		hash, err := parseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	tree, err := checkCheckpoint([]byte(parts[1]), vkey, nil)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return err
	}
	fmt.Printf("%d extends %d\n", tree.N, old.N)
	return nil
}
