package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Longer than any test run; the keys are thrown away with the cluster.
const certificateLifetime = 30 * 24 * time.Hour

// Authority is the one certificate authority of a cluster, for its servers and its clients.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

// Credential is a certificate with its key, both in PEM.
type Credential struct{ Cert, Key []byte }

func newAuthority() (*Authority, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	template, err := certificateFor(pkix.Name{CommonName: "regcred test cluster"})
	if err != nil {
		return nil, err
	}
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage |= x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &Authority{cert, key, pemBlock("CERTIFICATE", der)}, nil
}

// server issues a serving certificate for names and addresses.
func (a *Authority) server(hosts []string) (Credential, error) {
	template, err := certificateFor(pkix.Name{CommonName: "kube-apiserver"})
	if err != nil {
		return Credential{}, err
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	return a.sign(template)
}

// Client issues a certificate that the API server takes for the user, a member of the groups.
func (a *Authority) Client(user string, groups ...string) (Credential, error) {
	template, err := certificateFor(pkix.Name{CommonName: user, Organization: groups})
	if err != nil {
		return Credential{}, err
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return a.sign(template)
}

func (a *Authority) sign(template *x509.Certificate) (Credential, error) {
	key, err := newKey()
	if err != nil {
		return Credential{}, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		return Credential{}, err
	}
	keyPEM, err := encodeKey(key)
	return Credential{pemBlock("CERTIFICATE", der), keyPEM}, err
}

func certificateFor(subject pkix.Name) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      subject,
		NotBefore:    now.Add(-time.Minute),
		NotAfter:     now.Add(certificateLifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}, nil
}

// newKey makes an elliptic-curve key, as K3s does: made in no time, where RSA takes a second.
func newKey() (*ecdsa.PrivateKey, error) {
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// encodeKey writes the key as "EC PRIVATE KEY": Java clients tell the algorithm by this name.
func encodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalECPrivateKey(key)
	return pemBlock("EC PRIVATE KEY", der), err
}

func pemBlock(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// Kubeconfig needs no other file: it can be copied out of a container.
func Kubeconfig(server string, ca *Authority, user Credential) []byte {
	encode := base64.StdEncoding.EncodeToString
	return fmt.Appendf(nil, `apiVersion: v1
kind: Config
clusters:
- name: default
  cluster:
    server: %s
    certificate-authority-data: %s
users:
- name: default
  user:
    client-certificate-data: %s
    client-key-data: %s
contexts:
- name: default
  context:
    cluster: default
    user: default
current-context: default
`, server, encode(ca.pem), encode(user.Cert), encode(user.Key))
}
