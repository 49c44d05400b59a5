// Package cluster is a Kubernetes control plane of processes: what they are told, their certificates, and
// their ends.
package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	startLimit   = 2 * time.Minute
	portAttempts = 5
	issuer       = "https://kubernetes.default.svc"
	// The first address of --service-cluster-ip-range is the one of the Service "kubernetes".
	serviceRange = "10.43.0.0/16"
	FirstService = "10.43.0.1"
)

var errPortTaken = errors.New("the port was taken meanwhile")

// ControlPlane is etcd, an API server and the controllers. Its methods that start something must
// be called on a locked OS thread (see startComponent).
type ControlPlane struct {
	// Dir is where every component runs, and where its log is.
	Dir string
	// CA signs for the servers and the clients of this cluster.
	CA *Authority
	// MoreAPIServerArgs are for the API server, besides apiServerArgs.
	MoreAPIServerArgs []string

	program    string
	bind       string
	port       int // 0: any free one
	admin      Credential
	client     *http.Client
	components []*Component
}

// New makes the keys and certificates of one whose components are modes of program; hosts are the
// names and addresses that clients may use for the API server besides the loopback ones.
func New(program, dir, bind string, port int, hosts ...string) (*ControlPlane, error) {
	cp := &ControlPlane{Dir: dir, program: program, bind: bind, port: port}
	var err error
	if cp.CA, err = newAuthority(); err != nil {
		return nil, err
	}
	if cp.admin, err = cp.CA.Client("regcred-test-admin", "system:masters"); err != nil {
		return nil, err
	}
	hosts = append(hosts, "127.0.0.1", "localhost", FirstService,
		"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
	serving, err := cp.CA.server(hosts)
	if err != nil {
		return nil, err
	}
	tokenKey, err := newKey()
	if err != nil {
		return nil, err
	}
	tokenPEM, err := encodeKey(tokenKey)
	if err != nil {
		return nil, err
	}
	if cp.client, err = adminClient(cp.CA, cp.admin); err != nil {
		return nil, err
	}
	return cp, errors.Join(
		cp.Write("ca.crt", cp.CA.pem),
		cp.Write("apiserver.crt", serving.Cert),
		cp.Write("apiserver.key", serving.Key),
		cp.Write("serviceaccount.key", tokenPEM))
}

func adminClient(ca *Authority, admin Credential) (*http.Client, error) {
	pair, err := tls.X509KeyPair(admin.Cert, admin.Key)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	return &http.Client{
		Timeout: 5 * time.Second,
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}},
		},
	}, nil
}

// start returns when the API server is ready and the controllers have given the namespace
// "default" its ServiceAccount, without which no Pod can be created.
func (cp *ControlPlane) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if _, err := cp.runMode("etcd", etcdArgs()...); err != nil {
		return err
	}
	if err := cp.startAPIServer(ctx); err != nil {
		return err
	}
	user, err := cp.CA.Client("system:kube-controller-manager")
	if err != nil {
		return err
	}
	if err := cp.Write("controllers.kubeconfig", Kubeconfig(cp.Server(), cp.CA, user)); err != nil {
		return err
	}
	controllers, err := cp.runMode("kube-controller-manager", controllerArgs()...)
	if err != nil {
		return err
	}
	return cp.awaitPath(ctx, controllers, "/api/v1/namespaces/default/serviceaccounts/default")
}

// startAPIServer tries another port when it loses a race for one: the API server cannot be told to
// take any free port by itself.
func (cp *ControlPlane) startAPIServer(ctx context.Context) error {
	anyPort := cp.port == 0
	for attempt := 1; ; attempt++ {
		if anyPort {
			port, err := freePort(cp.bind)
			if err != nil {
				return err
			}
			cp.port = port
		}
		server, err := cp.runMode("kube-apiserver", cp.apiServerArgs()...)
		if err != nil {
			return err
		}
		err = cp.awaitPath(ctx, server, "/readyz")
		if !errors.Is(err, errPortTaken) || !anyPort || attempt == portAttempts {
			return err
		}
	}
}

// Server is where clients on this machine find the API server.
func (cp *ControlPlane) Server() string {
	host := cp.bind
	if net.ParseIP(host).IsUnspecified() {
		host = "127.0.0.1"
	}
	return "https://" + net.JoinHostPort(host, strconv.Itoa(cp.port))
}

func (cp *ControlPlane) AdminKubeconfig() []byte {
	return Kubeconfig(cp.Server(), cp.CA, cp.admin)
}

// ended reports the first component that ends by itself.
func (cp *ControlPlane) ended() <-chan error {
	failures := make(chan error, len(cp.components))
	for _, c := range cp.components {
		go func() {
			<-c.exited
			failures <- c.failure()
		}()
	}
	return failures
}

func (cp *ControlPlane) stop() {
	for i := len(cp.components) - 1; i >= 0; i-- {
		cp.components[i].stop()
	}
}

// runMode runs one of the programs that are in the program of the control plane.
func (cp *ControlPlane) runMode(name string, args ...string) (*Component, error) {
	return cp.Run(name, cp.program, append([]string{name}, args...)...)
}

// Run starts a component that ends with the control plane; name is that of its log.
func (cp *ControlPlane) Run(name, program string, args ...string) (*Component, error) {
	c, err := startComponent(cp.Dir, name, program, args...)
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", name, err)
	}
	cp.components = append(cp.components, c)
	return c, nil
}

// awaitPath asks the API server for a path until it answers 200; c is the component to blame.
func (cp *ControlPlane) awaitPath(ctx context.Context, c *Component, path string) error {
	return cp.Await(ctx, c, path, func() error {
		_, err := cp.Get(ctx, path)
		return err
	})
}

// Await probes until there is no error; c is the component to blame.
func (cp *ControlPlane) Await(ctx context.Context, c *Component, what string, probe func() error) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	last := errors.New("no answer")
	for {
		select {
		case <-c.exited:
			cp.components = cp.components[:len(cp.components)-1]
			if strings.Contains(c.logTail(), "address already in use") {
				return fmt.Errorf("%w: %w", errPortTaken, c.failure())
			}
			return c.failure()
		case <-ctx.Done():
			return fmt.Errorf("%s: waiting for %s: %w; last: %v; the end of its log:\n%s",
				c.name, what, ctx.Err(), last, c.logTail())
		case <-tick.C:
			if last = probe(); last == nil {
				return nil
			}
		}
	}
}

// Get returns what the API server answers; another status than 200 is an error.
func (cp *ControlPlane) Get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, cp.Server()+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := cp.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", response.StatusCode)
	}
	return body, err
}

// Write writes a file that this user alone may read into the cluster's directory.
func (cp *ControlPlane) Write(name string, content []byte) error {
	return os.WriteFile(filepath.Join(cp.Dir, name), content, 0o600)
}

func freePort(bind string) (int, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(bind, "0"))
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
