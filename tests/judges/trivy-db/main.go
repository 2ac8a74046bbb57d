// Writes a vulnerability database of Trivy (schema 2, https://github.com/aquasecurity/trivy-db) with the advisories of standard input
// for packages of npm: trivy-db FOLDER
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

const source = "npm::GitHub Security Advisory npm"

type advisory struct {
	ID, Package, Severity string
	Vulnerable, Patched   []string
}

func put(tx *bbolt.Tx, path []string, key string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	bucket, err := tx.CreateBucketIfNotExists([]byte(path[0]))
	if err != nil {
		return err
	}
	for _, name := range path[1:] {
		if bucket, err = bucket.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return bucket.Put([]byte(key), text)
}

func write(tx *bbolt.Tx, advisories []advisory) error {
	if err := put(tx, []string{"data-source"}, source, map[string]string{"ID": "ghsa", "Name": "GitHub Security Advisory npm"}); err != nil {
		return err
	}
	for _, each := range advisories {
		versions := map[string][]string{"VulnerableVersions": each.Vulnerable, "PatchedVersions": each.Patched}
		if err := put(tx, []string{source, each.Package}, each.ID, versions); err != nil {
			return err
		}
		if err := put(tx, []string{"vulnerability"}, each.ID, map[string]string{"Title": each.ID, "Severity": each.Severity}); err != nil {
			return err
		}
	}
	return nil
}

func run(folder string) error {
	var advisories []advisory
	if err := json.NewDecoder(os.Stdin).Decode(&advisories); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	database, err := bbolt.Open(filepath.Join(folder, "trivy.db"), 0o600, nil)
	if err != nil {
		return err
	}
	if err := database.Update(func(tx *bbolt.Tx) error { return write(tx, advisories) }); err != nil {
		return err
	}
	if err := database.Close(); err != nil {
		return err
	}
	now := time.Now().UTC()
	metadata, err := json.Marshal(map[string]any{"Version": 2, "UpdatedAt": now, "DownloadedAt": now, "NextUpdate": now.AddDate(0, 0, 1)})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "metadata.json"), metadata, 0o600)
}

func main() {
	if len(os.Args) != 2 || os.Args[1] == "--help" {
		fmt.Println("usage: trivy-db FOLDER < ADVISORIES")
		return
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
