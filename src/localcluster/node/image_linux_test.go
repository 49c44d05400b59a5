package node

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAProgramThatNeedsLibrariesIsRefused(t *testing.T) {
	file := writeProgram(t, elf.PT_LOAD, elf.PT_INTERP)
	if _, err := staticProgram(file); err == nil || !strings.Contains(err.Error(), "busybox-static") {
		t.Errorf("it says %v", err)
	}
}

func TestWhatIsNoProgramIsRefused(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "script")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{script, filepath.Join(dir, "none")} {
		if _, err := staticProgram(file); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestTheImageHasTheProgramAndRunsIt(t *testing.T) {
	program := writeProgram(t, elf.PT_LOAD)
	file := filepath.Join(t.TempDir(), "image.tar")
	if err := writeImage(program, "docker.io/regcred/busybox:local", file); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	image := entriesOf(t, content)

	var manifest []struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	if err := json.Unmarshal(image["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	if len(manifest) != 1 || manifest[0].RepoTags[0] != "docker.io/regcred/busybox:local" || len(manifest[0].Layers) != 1 {
		t.Fatalf("the manifest is %s", image["manifest.json"])
	}
	var config struct {
		Config struct{ Cmd []string }
		Rootfs struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	if err := json.Unmarshal(image[manifest[0].Config], &config); err != nil {
		t.Fatal(err)
	}
	layer := image[manifest[0].Layers[0]]
	if config.Rootfs.DiffIDs[0] != fmt.Sprintf("sha256:%x", sha256.Sum256(layer)) {
		t.Errorf("the layer is another than %s", config.Rootfs.DiffIDs)
	}
	if config.Config.Cmd[0] != program {
		t.Errorf("it runs %q", config.Config.Cmd)
	}
	original, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(entriesOf(t, layer)[strings.TrimPrefix(program, "/")], original) {
		t.Error("it has another program")
	}
}

// writeProgram writes as much of a program as its header, with segments of these kinds.
func writeProgram(t *testing.T, kinds ...elf.ProgType) string {
	t.Helper()
	header := elf.Header64{
		Type: uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
		Ehsize: 64, Phoff: 64, Phentsize: 56, Phnum: uint16(len(kinds)),
	}
	copy(header.Ident[:], elf.ELFMAG)
	header.Ident[elf.EI_CLASS] = byte(elf.ELFCLASS64)
	header.Ident[elf.EI_DATA] = byte(elf.ELFDATA2LSB)
	header.Ident[elf.EI_VERSION] = byte(elf.EV_CURRENT)
	var content bytes.Buffer
	err := binary.Write(&content, binary.LittleEndian, header)
	for _, kind := range kinds {
		if err == nil {
			err = binary.Write(&content, binary.LittleEndian, elf.Prog64{Type: uint32(kind)})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(file, content.Bytes(), 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

func entriesOf(t *testing.T, archive []byte) map[string][]byte {
	t.Helper()
	entries := map[string][]byte{}
	for reader := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := reader.Next()
		if err == io.EOF {
			return entries
		}
		if err != nil {
			t.Fatal(err)
		}
		if entries[header.Name], err = io.ReadAll(reader); err != nil {
			t.Fatal(err)
		}
	}
}
