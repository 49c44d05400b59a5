package keyring

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestAccountsAreThoseOfTheImagesRegistry(t *testing.T) {
	for _, c := range []struct {
		servers []string
		image   string
		users   []string
	}{
		{[]string{"registry.example.com"}, "registry.example.com/a/b:1", []string{"0"}},
		{[]string{"registry.example.com"}, "registry.example.com:5000/a/b:1", nil},
		{[]string{"registry.example.com"}, "other.example.com/a/b:1", nil},
		{[]string{"*.example.com"}, "registry.example.com/a/b", []string{"0"}},
		{[]string{"https://index.docker.io/v1/"}, "nginx", []string{"0"}},
		// The longest path first.
		{
			[]string{"registry.example.com/a", "registry.example.com/a/b"},
			"registry.example.com/a/b/c@sha256:" + strings.Repeat("0", 64), []string{"1", "0"},
		},
		{nil, "registry.example.com/a/b", nil},
	} {
		answer, err := Lookup(Question{secret(t, c.servers), c.image})
		if err != nil || answer.Error != "" {
			t.Errorf("%s: %v, %s", c.image, err, answer.Error)
		}
		users := []string{}
		for i, account := range answer.Matches {
			users = append(users, account.Username)
			if account.Password != "password-"+account.Username {
				t.Errorf("%s: the password of match %d is %s", c.image, i, account.Password)
			}
		}
		if !slices.Equal(users, c.users) {
			t.Errorf("%s with %q: %q", c.image, c.servers, users)
		}
	}
}

func TestWhyNoneWouldBeTriedIsAnAnswerToo(t *testing.T) {
	for _, c := range []struct{ content, image, reason string }{
		{"not JSON", "nginx", "invalid character"},
		{"{}", "NGINX", "must be lowercase"},
	} {
		answer, err := Lookup(Question{c.content, c.image})
		if err != nil || !strings.Contains(answer.Error, c.reason) {
			t.Errorf("%s: %v, %q", c.image, err, answer.Error)
		}
		// Its reader expects a list.
		if line, _ := json.Marshal(answer); !strings.Contains(string(line), `"matches":[]`) {
			t.Errorf("%s: %s", c.image, line)
		}
	}
}

// secret has an account for each server, named by its position.
func secret(t *testing.T, servers []string) string {
	t.Helper()
	auths := map[string]map[string]string{}
	for i, server := range servers {
		auth := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%d:password-%d", i, i))
		auths[server] = map[string]string{"auth": auth}
	}
	content, err := json.Marshal(map[string]any{"auths": auths})
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
