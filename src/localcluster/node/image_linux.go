package node

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// object is one in JSON.
type object = map[string]any

// writeImage writes an image with busybox and nothing else, as "docker save" does. Started without
// a command it sleeps: so it can be the container that holds a Pod's network, too.
func writeImage(program, name, file string) error {
	content, err := staticProgram(program)
	if err != nil {
		return err
	}
	layer, err := archive(entry{strings.TrimPrefix(program, "/"), content})
	if err != nil {
		return err
	}
	config, err1 := json.Marshal(object{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"config":       object{"Cmd": []string{program, "sleep", "infinity"}},
		"rootfs": object{
			"type":     "layers",
			"diff_ids": []string{fmt.Sprintf("sha256:%x", sha256.Sum256(layer))},
		},
	})
	manifest, err2 := json.Marshal([]object{{
		"Config":   "config.json",
		"RepoTags": []string{name},
		"Layers":   []string{"layer.tar"},
	}})
	image, err3 := archive(
		entry{"layer.tar", layer}, entry{"config.json", config}, entry{"manifest.json", manifest})
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	return os.WriteFile(file, image, 0o644)
}

// staticProgram reads a program that needs no library: an image without any base has none.
func staticProgram(file string) ([]byte, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	program, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, segment := range program.Progs {
		if segment.Type == elf.PT_INTERP {
			return nil, fmt.Errorf("%s needs libraries; a static one is wanted, such as Debian's busybox-static", file)
		}
	}
	return content, nil
}

type entry struct {
	name    string
	content []byte
}

func archive(entries ...entry) ([]byte, error) {
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Mode: 0o755, Size: int64(len(e.content))}
		if err := writer.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := io.Copy(writer, bytes.NewReader(e.content)); err != nil {
			return nil, err
		}
	}
	err := writer.Close()
	return buffer.Bytes(), err
}
