// Command registry is the registry of the distribution project, and what go-containerregistry makes of an
// account at one. It stores in memory and in a directory: with the drivers for clouds it would be three
// times as big.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/auth/token"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"golang.org/x/crypto/bcrypt"
)

const usage = `usage: registry serve CONFIG        a registry, until standard input ends
       registry htpasswd USER       its line of a password file
       registry push IMAGE USER     pushes an image with nothing in it
       registry login HOST USER     "accepted", or the HTTP status
       registry head IMAGE USER     the same for a look at a manifest
A password is read from standard input.
`

func main() {
	switch {
	case len(os.Args) == 3 && os.Args[1] == "serve":
		go endWithInput()
		if err := registry.RootCmd.Execute(); err != nil {
			os.Exit(1)
		}
	case len(os.Args) == 3 && os.Args[1] == "htpasswd":
		hash, err := bcrypt.GenerateFromPassword(password(), bcrypt.MinCost)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s:%s\n", os.Args[2], hash)
	case len(os.Args) == 4 && os.Args[1] == "push":
		say(push(os.Args[2], account(os.Args[3])))
	case len(os.Args) == 4 && os.Args[1] == "login":
		say(login(os.Args[2], account(os.Args[3])))
	case len(os.Args) == 4 && os.Args[1] == "head":
		say(head(os.Args[2], account(os.Args[3])))
	default:
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
}

// It ends with the program that started it, even if that is killed.
func endWithInput() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func password() []byte {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	return text
}

func account(user string) authn.Authenticator {
	return &authn.Basic{Username: user, Password: string(password())}
}

func push(image string, auth authn.Authenticator) error {
	reference, err := name.ParseReference(image)
	if err != nil {
		return err
	}
	return remote.Write(reference, empty.Image, remote.WithAuth(auth))
}

func login(host string, auth authn.Authenticator) error {
	target, err := name.NewRegistry(host)
	if err != nil {
		return err
	}
	client, err := transport.NewWithContext(context.Background(), target, auth, http.DefaultTransport, nil)
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Transport: client}).Get("https://" + host + "/v2/")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return transport.CheckError(answer, http.StatusOK)
}

func head(image string, auth authn.Authenticator) error {
	reference, err := name.ParseReference(image)
	if err != nil {
		return err
	}
	_, err = remote.Head(reference, remote.WithAuth(auth))
	return err
}

func say(err error) {
	var refused *transport.Error
	switch {
	case err == nil:
		fmt.Println("accepted")
	case errors.As(err, &refused):
		fmt.Println(refused.StatusCode)
	default:
		fmt.Println(strings.ReplaceAll(err.Error(), "\n", " "))
	}
}
