package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"regcred.dev/localcluster/cluster"
)

const (
	nodeName = "node-1"
	// Its address, on the loopback interface like that of the API server. The bridge of the Pods
	// leads to both.
	nodeAddress = "10.41.0.1"
	podRange    = "10.42.0.0/24"
	// What the node keeps. All of /run is a tmpfs of its own (see prepareSurroundings).
	nodeDir   = "/run/regcred"
	criSocket = nodeDir + "/containerd.sock"

	busyboxProgram = "/bin/busybox"
	busyboxArchive = "busybox.tar"
	busyboxImage   = "docker.io/regcred/busybox:local"
)

// Where distributions put the CNI plugins.
var cniDirectories = []string{"/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"}

func schedulerArgs() []string {
	return []string{
		"--kubeconfig=scheduler.kubeconfig",
		"--leader-elect=false",
		"--bind-address=127.0.0.1",
		"--secure-port=0",
	}
}

func kubeletArgs() []string {
	return []string{
		"--config=kubelet.yaml",
		"--kubeconfig=kubelet.kubeconfig",
		"--root-dir=" + nodeDir + "/kubelet",
		"--cert-dir=" + nodeDir + "/kubelet-pki",
		"--hostname-override=" + nodeName,
		"--node-ip=" + nodeAddress,
	}
}

// kubeletClientArgs are for "kubectl logs" and "kubectl exec": the API server asks the kubelet.
func kubeletClientArgs() []string {
	return []string{
		"--kubelet-client-certificate=kubelet-client.crt",
		"--kubelet-client-key=kubelet-client.key",
		"--kubelet-preferred-address-types=InternalIP",
		"--enable-admission-plugins=NodeRestriction",
	}
}

func (w worker) writeFiles() error {
	plugins, err := cniPlugins()
	if err != nil {
		return err
	}
	cni := filepath.Join(nodeDir, "cni")
	if err := os.MkdirAll(cni, 0o755); err != nil {
		return err
	}
	scheduler, err1 := w.CA.Client("system:kube-scheduler")
	kubelet, err2 := w.CA.Client("system:node:"+nodeName, "system:nodes")
	toKubelet, err3 := w.CA.Client("kube-apiserver-kubelet-client")
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(cni, "bridge.conflist"), bridgeConfig(), 0o644),
		w.Write("containerd.toml", containerdConfig(plugins, cni)),
		w.Write("kubelet.yaml", w.kubeletConfig()),
		w.Write("scheduler.kubeconfig", cluster.Kubeconfig(w.Server(), w.CA, scheduler)),
		w.Write("kubelet.kubeconfig", cluster.Kubeconfig(w.Server(), w.CA, kubelet)),
		w.Write("kubelet-client.crt", toKubelet.Cert),
		w.Write("kubelet-client.key", toKubelet.Key),
		writeImage(busyboxProgram, busyboxImage, filepath.Join(w.Dir, busyboxArchive)))
}

func cniPlugins() (string, error) {
	for _, directory := range cniDirectories {
		if _, err := os.Stat(filepath.Join(directory, "bridge")); err == nil {
			return directory, nil
		}
	}
	return "", fmt.Errorf("there is no CNI plugin \"bridge\" in any of %v", cniDirectories)
}

// bridgeConfig has no rules and no addresses translated: a Pod reaches this node, and nothing else.
func bridgeConfig() []byte {
	return fmt.Appendf(nil, `{
  "cniVersion": "0.4.0",
  "name": "regcred",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "cni0",
      "isGateway": true,
      "ipam": {
        "type": "host-local",
        "dataDir": "%s/addresses",
        "ranges": [[{"subnet": "%s"}]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    }
  ]
}
`, nodeDir, podRange)
}

func containerdConfig(cniPlugins, cniConfig string) []byte {
	return fmt.Appendf(nil, `version = 2
root = "%[1]s/containerd"
state = "%[1]s/containerd-state"

[grpc]
  address = "%[2]s"

[plugins."io.containerd.internal.v1.opt"]
  path = "%[1]s/opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "%[3]s"
  # A machine may lack CAP_SYS_RESOURCE; then runc can't protect a process from the OOM killer.
  restrict_oom_score_adj = true
  # Profiles would be loaded into the kernel for the whole machine.
  disable_apparmor = true

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "%[4]s"
    conf_dir = "%[5]s"

  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
`, nodeDir, criSocket, busyboxImage, cniPlugins, cniConfig)
}

func (w worker) kubeletConfig() []byte {
	return fmt.Appendf(nil, `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: %[1]s
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: false}
  x509: {clientCAFile: %[2]s}
# Whoever has a certificate of this cluster.
authorization: {mode: AlwaysAllow}
containerRuntimeEndpoint: unix://%[3]s
cgroupDriver: cgroupfs
cgroupRoot: %[4]s
failCgroupV1: false
failSwapOn: false
enforceNodeAllocatable: []
# A full disk or a busy machine is no reason to stop Pods here, nor to delete images.
evictionHard: {imagefs.available: "0%%", nodefs.available: "0%%", nodefs.inodesFree: "0%%"}
imageGCHighThresholdPercent: 100
localStorageCapacityIsolation: false
oomScoreAdj: 0
# Nothing answers there, nor outside: Pods on this node need addresses.
clusterDNS: [10.43.0.10]
clusterDomain: cluster.local
resolvConf: ""
makeIPTablesUtilChains: false
healthzPort: 0
podLogsDir: %[5]s/logs
volumePluginDir: %[5]s/volume-plugins
`, nodeAddress, filepath.Join(w.Dir, "ca.crt"), criSocket, w.cgroup.path(), nodeDir)
}
