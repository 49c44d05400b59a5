package cluster

import "strconv"

// Every component runs in the cluster's directory, so file names need no path.

// The sockets of etcd, files in the cluster's directory: no port to race for, and no other user of
// the machine can reach the Secrets behind them. etcd insists that an address ends like a port.
const (
	etcdSocket     = "unix://etcd.sock:0"
	etcdPeerSocket = "unix://etcd-peer.sock:0"
)

func etcdArgs() []string {
	return []string{
		"--name=default",
		"--data-dir=etcd",
		"--listen-client-urls=" + etcdSocket,
		"--advertise-client-urls=" + etcdSocket,
		"--listen-peer-urls=" + etcdPeerSocket,
		"--initial-advertise-peer-urls=" + etcdPeerSocket,
		"--initial-cluster=default=" + etcdPeerSocket,
		// The data does not outlive the process, so it need not outlive a power cut.
		"--unsafe-no-fsync",
		"--log-level=warn",
	}
}

func (cp *ControlPlane) apiServerArgs() []string {
	return append([]string{
		"--etcd-servers=" + etcdSocket,
		"--bind-address=" + cp.bind,
		"--secure-port=" + strconv.Itoa(cp.port),
		// Without it the API server looks for a default route, and fails on a machine without one.
		"--advertise-address=127.0.0.1",
		// The Service "kubernetes" gets no endpoints: a loopback address is not allowed there.
		"--endpoint-reconciler-type=none",
		"--tls-cert-file=apiserver.crt",
		"--tls-private-key-file=apiserver.key",
		"--client-ca-file=ca.crt",
		"--authorization-mode=Node,RBAC",
		"--service-cluster-ip-range=" + serviceRange,
		"--service-account-issuer=" + issuer,
		"--api-audiences=" + issuer,
		"--service-account-key-file=serviceaccount.key",
		"--service-account-signing-key-file=serviceaccount.key",
	}, cp.MoreAPIServerArgs...)
}

func controllerArgs() []string {
	return []string{
		"--kubeconfig=controllers.kubeconfig",
		"--leader-elect=false",
		"--use-service-account-credentials",
		"--service-account-private-key-file=serviceaccount.key",
		"--root-ca-file=ca.crt",
		"--bind-address=127.0.0.1",
		// No port of its own: nobody asks it anything.
		"--secure-port=0",
	}
}
