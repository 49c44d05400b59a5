package main

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
	firstService = "10.43.0.1"
)

var errPortTaken = errors.New("the port was taken meanwhile")

// controlPlane is etcd, an API server and the controllers. Its methods that start something must
// be called on a locked OS thread (see startComponent).
type controlPlane struct {
	dir  string
	bind string
	port int // 0: any free one
	// For the API server, besides apiServerArgs.
	moreAPIServerArgs []string

	ca         *authority
	admin      credential
	client     *http.Client
	components []*component
}

// newControlPlane makes the keys and certificates; hosts are the names and addresses that clients
// may use for the API server besides the loopback ones.
func newControlPlane(dir, bind string, port int, hosts ...string) (*controlPlane, error) {
	cp := &controlPlane{dir: dir, bind: bind, port: port}
	var err error
	if cp.ca, err = newAuthority(); err != nil {
		return nil, err
	}
	if cp.admin, err = cp.ca.client("regcred-test-admin", "system:masters"); err != nil {
		return nil, err
	}
	hosts = append(hosts, "127.0.0.1", "localhost", firstService,
		"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
	serving, err := cp.ca.server(hosts)
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
	if cp.client, err = adminClient(cp.ca, cp.admin); err != nil {
		return nil, err
	}
	return cp, errors.Join(
		cp.write("ca.crt", cp.ca.pem),
		cp.write("apiserver.crt", serving.cert),
		cp.write("apiserver.key", serving.key),
		cp.write("serviceaccount.key", tokenPEM))
}

func adminClient(ca *authority, admin credential) (*http.Client, error) {
	pair, err := tls.X509KeyPair(admin.cert, admin.key)
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
func (cp *controlPlane) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if _, err := cp.run("etcd", etcdArgs()...); err != nil {
		return err
	}
	if err := cp.startAPIServer(ctx); err != nil {
		return err
	}
	user, err := cp.ca.client("system:kube-controller-manager")
	if err != nil {
		return err
	}
	if err := cp.write("controllers.kubeconfig", kubeconfig(cp.server(), cp.ca, user)); err != nil {
		return err
	}
	controllers, err := cp.run("kube-controller-manager", controllerArgs()...)
	if err != nil {
		return err
	}
	return cp.await(ctx, controllers, "/api/v1/namespaces/default/serviceaccounts/default")
}

// startAPIServer tries another port when it loses a race for one: the API server cannot be told to
// take any free port by itself.
func (cp *controlPlane) startAPIServer(ctx context.Context) error {
	anyPort := cp.port == 0
	for attempt := 1; ; attempt++ {
		if anyPort {
			port, err := freePort(cp.bind)
			if err != nil {
				return err
			}
			cp.port = port
		}
		server, err := cp.run("kube-apiserver", cp.apiServerArgs()...)
		if err != nil {
			return err
		}
		err = cp.await(ctx, server, "/readyz")
		if !errors.Is(err, errPortTaken) || !anyPort || attempt == portAttempts {
			return err
		}
	}
}

// server is where clients on this machine find the API server.
func (cp *controlPlane) server() string {
	host := cp.bind
	if net.ParseIP(host).IsUnspecified() {
		host = "127.0.0.1"
	}
	return "https://" + net.JoinHostPort(host, strconv.Itoa(cp.port))
}

func (cp *controlPlane) adminKubeconfig() []byte {
	return kubeconfig(cp.server(), cp.ca, cp.admin)
}

// ended reports the first component that ends by itself.
func (cp *controlPlane) ended() <-chan error {
	failures := make(chan error, len(cp.components))
	for _, c := range cp.components {
		go func() {
			<-c.exited
			failures <- c.failure()
		}()
	}
	return failures
}

func (cp *controlPlane) stop() {
	for i := len(cp.components) - 1; i >= 0; i-- {
		cp.components[i].stop()
	}
}

func (cp *controlPlane) run(name string, args ...string) (*component, error) {
	c, err := startComponent(cp.dir, name, args...)
	return cp.keep(name, c, err)
}

// runProgram runs one that is not this program in another mode.
func (cp *controlPlane) runProgram(name string, args ...string) (*component, error) {
	c, err := startProgram(cp.dir, name, name, args...)
	return cp.keep(name, c, err)
}

func (cp *controlPlane) keep(name string, c *component, err error) (*component, error) {
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", name, err)
	}
	cp.components = append(cp.components, c)
	return c, nil
}

// await asks the API server for a path until it answers 200; c is the component to blame.
func (cp *controlPlane) await(ctx context.Context, c *component, path string) error {
	return cp.awaitThat(ctx, c, path, func() error {
		_, err := cp.get(ctx, path)
		return err
	})
}

// awaitThat probes until there is no error; c is the component to blame.
func (cp *controlPlane) awaitThat(ctx context.Context, c *component, what string, probe func() error) error {
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

// get returns what the API server answers; another status than 200 is an error.
func (cp *controlPlane) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, cp.server()+path, nil)
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

func (cp *controlPlane) write(name string, content []byte) error {
	return os.WriteFile(filepath.Join(cp.dir, name), content, 0o600)
}

func freePort(bind string) (int, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(bind, "0"))
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
