package node

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"regcred.dev/localcluster/cluster"
)

const (
	cgroupFS     = "/sys/fs/cgroup"
	cgroupsLimit = 10 * time.Second
)

// cgroup holds the processes of all containers. It is the one thing of a node that does not end
// with its namespaces.
type cgroup struct{ name string }

// newCgroup makes that of the cluster whose directory is dir.
func newCgroup(dir string) (cgroup, error) {
	group := cgroup{cgroupName(dir)}
	for _, hierarchy := range cgroupHierarchies() {
		if err := os.Mkdir(filepath.Join(hierarchy, group.name), 0o755); err != nil {
			return group, err
		}
	}
	return group, nil
}

// cgroupName is named by the cluster's directory, and by the directory of that: a machine has one tree
// of cgroups, and users of it may have a TMPDIR each, where only they can tell what is abandoned.
func cgroupName(dir string) string {
	return cgroupPrefix(filepath.Dir(dir)) + strings.TrimPrefix(filepath.Base(dir), cluster.StatePrefix)
}

// cgroupPrefix begins the names of all cgroups of clusters in a temporary directory.
func cgroupPrefix(temporary string) string {
	hash := sha256.Sum256([]byte(filepath.Clean(temporary)))
	return fmt.Sprintf("%s%x-", cluster.StatePrefix, hash[:4])
}

// clusterDirectory is what a cgroup was named by, the other way round.
func clusterDirectory(temporary, group string) string {
	return filepath.Join(temporary, cluster.StatePrefix+strings.TrimPrefix(group, cgroupPrefix(temporary)))
}

// cgroupHierarchies is one directory on a machine with cgroup v2, and one for each controller with
// v1, where some have a second name that is a link.
func cgroupHierarchies() []string {
	if _, err := os.Stat(filepath.Join(cgroupFS, "cgroup.controllers")); err == nil {
		return []string{cgroupFS}
	}
	entries, _ := os.ReadDir(cgroupFS)
	var hierarchies []string
	for _, e := range entries {
		if e.IsDir() {
			hierarchies = append(hierarchies, filepath.Join(cgroupFS, e.Name()))
		}
	}
	return hierarchies
}

// path is what the kubelet calls it.
func (g cgroup) path() string {
	return "/" + g.name
}

// remove kills what is left in it.
func (g cgroup) remove() {
	for deadline := time.Now().Add(cgroupsLimit); ; time.Sleep(20 * time.Millisecond) {
		left := false
		for _, hierarchy := range cgroupHierarchies() {
			left = !removeCgroup(filepath.Join(hierarchy, g.name)) || left
		}
		if !left || time.Now().After(deadline) {
			return
		}
	}
}

// removeAbandonedCgroups removes those of programs that were killed. One that still has processes
// can't be removed.
func removeAbandonedCgroups() {
	for _, hierarchy := range cgroupHierarchies() {
		removeAbandonedIn(hierarchy, os.TempDir())
	}
}

func removeAbandonedIn(hierarchy, temporary string) {
	groups, _ := filepath.Glob(filepath.Join(hierarchy, cgroupPrefix(temporary)+"*"))
	for _, group := range groups {
		if _, err := os.Stat(clusterDirectory(temporary, filepath.Base(group))); os.IsNotExist(err) {
			removeDirectories(directoriesIn(group))
		}
	}
}

// removeCgroup kills the processes in it, and says whether it is gone.
func removeCgroup(root string) bool {
	directories := directoriesIn(root)
	for _, directory := range directories {
		killAll(filepath.Join(directory, "cgroup.procs"))
	}
	removeDirectories(directories)
	_, err := os.Stat(root)
	return os.IsNotExist(err)
}

func killAll(list string) {
	content, _ := os.ReadFile(list)
	for _, field := range strings.Fields(string(content)) {
		// 0 stands for a process of another namespace.
		if pid, err := strconv.Atoi(field); err == nil && pid > 1 {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// directoriesIn has a directory after those that it is in.
func directoriesIn(root string) []string {
	var directories []string
	_ = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			directories = append(directories, path)
		}
		return nil
	})
	return directories
}

func removeDirectories(directories []string) {
	for i := len(directories) - 1; i >= 0; i-- {
		_ = os.Remove(directories[i])
	}
}
