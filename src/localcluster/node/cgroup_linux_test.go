package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regcred.dev/localcluster/cluster"
)

func TestACgroupTellsWhichClusterItIsOf(t *testing.T) {
	for _, dir := range []string{"/tmp/regcred-cluster-123", "/var/tmp/regcred-cluster-123", "/tmp/regcred-cluster-4"} {
		name := cgroupName(dir)
		if back := clusterDirectory(filepath.Dir(dir), name); back != dir {
			t.Errorf("%s is called %s, which is %s", dir, name, back)
		}
		// docs/node.md says so.
		if !strings.HasPrefix(name, cluster.StatePrefix) || strings.Contains(name, "/") {
			t.Errorf("%s is called %s", dir, name)
		}
		if path := (cgroup{name}).path(); path != "/"+name {
			t.Errorf("the kubelet calls it %s", path)
		}
	}
	if cgroupName("/tmp/regcred-cluster-1") == cgroupName("/var/tmp/regcred-cluster-1") {
		t.Error("clusters of two temporary directories have the same cgroup")
	}
	if cgroupPrefix("/tmp") != cgroupPrefix("/tmp/") {
		t.Error("one temporary directory is taken for two")
	}
}

// Directories stand in for cgroups, which are made and removed in the same way.
func TestOnlyWhatIsAbandonedGoesAway(t *testing.T) {
	hierarchy, temporary, elsewhere := t.TempDir(), t.TempDir(), t.TempDir()
	alive := filepath.Join(temporary, "regcred-cluster-1")
	killed := filepath.Join(temporary, "regcred-cluster-2")
	ofElsewhere := filepath.Join(elsewhere, "regcred-cluster-2")
	for _, dir := range []string{
		alive, ofElsewhere,
		filepath.Join(hierarchy, cgroupName(alive)),
		filepath.Join(hierarchy, cgroupName(killed), "kubepods", "pod1"),
		filepath.Join(hierarchy, cgroupName(ofElsewhere)),
		filepath.Join(hierarchy, "system.slice"),
	} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}

	removeAbandonedIn(hierarchy, temporary)

	entries, err := os.ReadDir(hierarchy)
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for _, e := range entries {
		left[e.Name()] = true
	}
	if len(left) != 3 || !left[cgroupName(alive)] || !left[cgroupName(ofElsewhere)] || !left["system.slice"] {
		t.Errorf("left are %v", left)
	}
}

func TestADirectoryComesAfterThoseThatItIsIn(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "a", "b"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "a", "cgroup.procs"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	found := strings.Join(directoriesIn(root), " ")
	if want := strings.Join([]string{root, root + "/a", root + "/a/b"}, " "); found != want {
		t.Errorf("they are %s", found)
	}
	if nothing := directoriesIn(filepath.Join(root, "none")); len(nothing) != 0 {
		t.Errorf("in no directory are %v", nothing)
	}
}
