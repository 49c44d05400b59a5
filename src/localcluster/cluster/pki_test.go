package cluster

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"regexp"
	"slices"
	"testing"
	"time"
)

func TestAServingCertificateIsForItsNamesAndAddressesOnly(t *testing.T) {
	ca := newTestAuthority(t)
	serving, err := ca.server([]string{"127.0.0.1", "10.43.0.1", "localhost", "kubernetes.default.svc"})
	if err != nil {
		t.Fatal(err)
	}
	cert := parse(t, serving)
	for _, host := range []string{"127.0.0.1", "10.43.0.1", "localhost", "kubernetes.default.svc"} {
		if err := verify(cert, ca, host, x509.ExtKeyUsageServerAuth); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	for _, host := range []string{"10.43.0.2", "kubernetes", "example.com"} {
		if verify(cert, ca, host, x509.ExtKeyUsageServerAuth) == nil {
			t.Errorf("it is for %s, too", host)
		}
	}
	if verify(cert, ca, "", x509.ExtKeyUsageClientAuth) == nil {
		t.Error("a client may use it")
	}
	if verify(cert, newTestAuthority(t), "localhost", x509.ExtKeyUsageServerAuth) == nil {
		t.Error("another authority vouches for it")
	}
}

func TestAClientCertificateNamesTheUserAndItsGroups(t *testing.T) {
	ca := newTestAuthority(t)
	client, err := ca.Client("ann", "team-a", "team-b")
	if err != nil {
		t.Fatal(err)
	}
	cert := parse(t, client)
	if err := verify(cert, ca, "", x509.ExtKeyUsageClientAuth); err != nil {
		t.Error(err)
	}
	if verify(cert, ca, "", x509.ExtKeyUsageServerAuth) == nil {
		t.Error("a server may use it")
	}
	groups := slices.Sorted(slices.Values(cert.Subject.Organization))
	if cert.Subject.CommonName != "ann" || !slices.Equal(groups, []string{"team-a", "team-b"}) {
		t.Errorf("it is for %s", cert.Subject)
	}
}

func TestACertificateOutlivesATestRunAndIsNoAuthority(t *testing.T) {
	ca := newTestAuthority(t)
	client, err := ca.Client("ann")
	if err != nil {
		t.Fatal(err)
	}
	for _, cert := range []*x509.Certificate{ca.cert, parse(t, client)} {
		if left := time.Until(cert.NotAfter); left < certificateLifetime-time.Hour || left > certificateLifetime {
			t.Errorf("%s ends in %s", cert.Subject, left)
		}
		// Clocks of containers may be a little behind.
		if time.Since(cert.NotBefore) < 30*time.Second {
			t.Errorf("%s begins %s ago", cert.Subject, time.Since(cert.NotBefore))
		}
	}
	if parse(t, client).IsCA || !ca.cert.IsCA {
		t.Error("only the authority may sign")
	}
}

func TestAKubeconfigNeedsNoOtherFile(t *testing.T) {
	ca := newTestAuthority(t)
	client, err := ca.Client("ann")
	if err != nil {
		t.Fatal(err)
	}
	config := Kubeconfig("https://127.0.0.1:6443", ca, client)

	if field(t, config, "server") != "https://127.0.0.1:6443" {
		t.Errorf("the server is %s", field(t, config, "server"))
	}
	if !bytes.Equal(decoded(t, config, "certificate-authority-data"), ca.pem) {
		t.Error("it has another authority")
	}
	key := decoded(t, config, "client-key-data")
	if _, err := tls.X509KeyPair(decoded(t, config, "client-certificate-data"), key); err != nil {
		t.Errorf("certificate and key do not belong together: %v", err)
	}
	// Java clients tell the algorithm by this name.
	if block, _ := pem.Decode(key); block == nil || block.Type != "EC PRIVATE KEY" {
		t.Errorf("the key begins %.40s", key)
	}
}

func newTestAuthority(t *testing.T) *Authority {
	t.Helper()
	ca, err := newAuthority()
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func parse(t *testing.T, c Credential) *x509.Certificate {
	t.Helper()
	pair, err := tls.X509KeyPair(c.Cert, c.Key)
	if err != nil {
		t.Fatal(err)
	}
	return pair.Leaf
}

func verify(cert *x509.Certificate, ca *Authority, host string, usage x509.ExtKeyUsage) error {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca.pem)
	_, err := cert.Verify(x509.VerifyOptions{Roots: roots, DNSName: host, KeyUsages: []x509.ExtKeyUsage{usage}})
	return err
}

func field(t *testing.T, config []byte, name string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^\s+` + name + `: (\S+)$`).FindSubmatch(config)
	if found == nil {
		t.Fatalf("there is no %s in\n%s", name, config)
	}
	return string(found[1])
}

func decoded(t *testing.T, config []byte, name string) []byte {
	t.Helper()
	content, err := base64.StdEncoding.DecodeString(field(t, config, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}
