package k3s

import (
	"slices"
	"testing"
)

func TestTheNamesOfTheServerAreRead(t *testing.T) {
	for _, c := range []struct{ args, hosts []string }{
		// What Testcontainers says.
		{[]string{"--disable=traefik", "--tls-san=localhost"}, []string{"localhost"}},
		{[]string{"--tls-san=a.example.com", "--tls-san=172.17.0.2"}, []string{"a.example.com", "172.17.0.2"}},
		{[]string{"--tls-san-security=true"}, nil},
		{nil, nil},
	} {
		if hosts := tlsSANs(c.args); !slices.Equal(hosts, c.hosts) {
			t.Errorf("%q: %q", c.args, hosts)
		}
	}
}
