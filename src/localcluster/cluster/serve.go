package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
)

// ready is the one line that a program prints on standard output when its cluster answers.
type ready struct {
	Kubeconfig string `json:"kubeconfig"`
	Server     string `json:"server"`
	Version    string `json:"version"`
	Directory  string `json:"directory"`
}

// Up runs a control plane on the loopback interface until its caller is gone. The caller holds the
// other end of standard input: however it ends, the pipe closes and nothing is left behind. The
// components are modes of this program.
func Up() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, cancel := UntilCallerEnds()
	defer cancel()
	RemoveAbandonedStates()
	return InNewState(func(dir string) error {
		cp, err := New(self, dir, "127.0.0.1", 0)
		if err != nil {
			return err
		}
		return cp.Serve(ctx, cp.Announce)
	})
}

// Announce writes the administrator's kubeconfig, and says on standard output where it is and which
// Kubernetes answers.
func (cp *ControlPlane) Announce(ctx context.Context) error {
	var version struct {
		GitVersion string `json:"gitVersion"`
	}
	answer, err := cp.Get(ctx, "/version")
	if err == nil {
		err = json.Unmarshal(answer, &version)
	}
	if err != nil {
		return fmt.Errorf("cannot read the version of the API server: %w", err)
	}
	if err := cp.Write("kubeconfig", cp.AdminKubeconfig()); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(ready{
		Kubeconfig: filepath.Join(cp.Dir, "kubeconfig"),
		Server:     cp.Server(),
		Version:    version.GitVersion,
		Directory:  cp.Dir,
	})
}

// Serve runs the control plane until the context ends, or returns why it could not. What is to follow
// when the API server answers is onReady.
func (cp *ControlPlane) Serve(ctx context.Context, onReady func(context.Context) error) error {
	runtime.LockOSThread() // startComponent asks for it, and this goroutine ends with the program
	defer cp.stop()
	if err := cp.start(ctx); err != nil {
		return err
	}
	if err := onReady(ctx); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-cp.ended():
		return err
	}
}

// UntilCallerEnds is done when standard input ends, or on a signal.
func UntilCallerEnds() (context.Context, context.CancelFunc) {
	ctx, cancel := UntilSignal()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	return ctx, cancel
}

// UntilSignal is done when this program is asked to end.
func UntilSignal() (context.Context, context.CancelFunc) {
	// Else a message to a caller that is gone would end this program before it has cleaned up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
}
