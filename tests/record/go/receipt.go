package main

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// checkReceipt verifies a receipt file: signatures, inclusion of the entry it carries, and every opening.
func checkReceipt(file, vkey string, witnesses []string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	parts := strings.SplitN(string(data), "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		!strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return fmt.Errorf("not a receipt that carries its entry")
	}
	index, err := strconv.ParseInt(lines[2][6:], 10, 64)
	if err != nil || strconv.FormatInt(index, 10) != lines[2][6:] {
		return fmt.Errorf("malformed index %q", lines[2])
	}
	extra, err := base64.StdEncoding.Strict().DecodeString(lines[1][6:])
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := parseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	tree, err := checkCheckpoint([]byte(parts[1]), vkey, witnesses)
	if err != nil {
		return err
	}
	entry, opened, err := openExtra(extra)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return err
	}
	fmt.Printf("entry %d of %d verified, %d openings\n", index, tree.N, opened)
	return nil
}

// openExtra answers the bytes of the entry, after checking that each opening fits a commitment in it. The extra
// data is canonical JSON, so the raw text of a member is what was hashed.
func openExtra(extra []byte) (entry []byte, opened int, err error) {
	members, err := object(extra, "entry", "openings")
	if err != nil {
		return nil, 0, err
	}
	commitments, err := commitmentsOf(members["entry"])
	if err != nil {
		return nil, 0, err
	}
	var openings map[string]json.RawMessage
	if err := json.Unmarshal(members["openings"], &openings); err != nil {
		return nil, 0, err
	}
	for path, raw := range openings {
		opening, err := object(raw, "salt", "value")
		if err != nil {
			return nil, 0, err
		}
		var text string
		if err := json.Unmarshal(opening["salt"], &text); err != nil {
			return nil, 0, err
		}
		salt, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || len(salt) != 32 {
			return nil, 0, fmt.Errorf("%s: malformed salt", path)
		}
		code := hmac.New(sha256.New, salt)
		code.Write(opening["value"])
		if base64.RawURLEncoding.EncodeToString(code.Sum(nil)) != commitments[path] {
			return nil, 0, fmt.Errorf("%s: the opening fits no commitment", path)
		}
	}
	return members["entry"], len(openings), nil
}

// object reads an object that has exactly these members.
func object(data []byte, names ...string) (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, err
	}
	for _, name := range names {
		if members[name] == nil {
			return nil, fmt.Errorf("%q is missing", name)
		}
	}
	if len(members) != len(names) {
		return nil, fmt.Errorf("more members than %q", names)
	}
	return members, nil
}

// commitmentsOf finds every {"c": …} of an event by its path: the cells under "new" and "set", the actor under "by".
func commitmentsOf(entry []byte) (map[string]string, error) {
	var event map[string]interface{}
	if err := json.Unmarshal(entry, &event); err != nil {
		return nil, err
	}
	found := map[string]string{}
	collect(event["by"], []string{"by"}, found)
	collect(event["new"], nil, found)
	collect(event["set"], nil, found)
	return found, nil
}

func collect(value interface{}, path []string, found map[string]string) {
	members, _ := value.(map[string]interface{})
	if commitment, ok := members["c"].(string); ok && len(members) == 1 {
		found[strings.Join(path, "/")] = commitment
	}
	for name, inner := range members {
		collect(inner, append(append([]string{}, path...), name), found)
	}
}

func parseHash(text string) (tlog.Hash, error) {
	var hash tlog.Hash
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(data) != len(hash) {
		return hash, fmt.Errorf("malformed hash %q", text)
	}
	copy(hash[:], data)
	return hash, nil
}

func emptyRoot() tlog.Hash { return sha256.Sum256(nil) }

// cosignatureVerifier is a note.Verifier for C2SP tlog-cosignature, which x/mod does not know.
type cosignatureVerifier struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosignatureVerifier(vkey string) (*cosignatureVerifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("malformed witness key")
	}
	key, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, fmt.Errorf("malformed witness key of %s", parts[0])
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, fmt.Errorf("wrong key id of %s", parts[0])
	}
	return &cosignatureVerifier{parts[0], hash, key[1:]}, nil
}

func (v *cosignatureVerifier) Name() string    { return v.name }
func (v *cosignatureVerifier) KeyHash() uint32 { return v.hash }
func (v *cosignatureVerifier) Verify(text, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	header := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(v.key, append([]byte(header), text...), signature[8:])
}
