package main

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

	"k8s.io/component-base/version"
)

// ready is the one line that "kubecp up" and "kubecp node" print on standard output.
type ready struct {
	Kubeconfig string `json:"kubeconfig"`
	Server     string `json:"server"`
	Version    string `json:"version"`
	Directory  string `json:"directory"`
}

// up runs a control plane on the loopback interface until its caller is gone. The caller holds the
// other end of standard input: however it ends, the pipe closes and nothing is left behind.
func up([]string) int {
	ctx, cancel := untilCallerEnds()
	defer cancel()
	return exitCode(runLocal(ctx))
}

func runLocal(ctx context.Context) error {
	removeAbandonedStates()
	return inNewState(func(dir string) error {
		cp, err := newControlPlane(dir, "127.0.0.1", 0)
		if err != nil {
			return err
		}
		return cp.serve(ctx, cp.announce)
	})
}

// announce writes the administrator's kubeconfig, and says on standard output where it is.
func (cp *controlPlane) announce() error {
	if err := cp.write("kubeconfig", cp.adminKubeconfig()); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(ready{
		Kubeconfig: filepath.Join(cp.dir, "kubeconfig"),
		Server:     cp.server(),
		Version:    version.Get().GitVersion,
		Directory:  cp.dir,
	})
}

// serve runs the control plane until the context ends, or returns why it could not.
func (cp *controlPlane) serve(ctx context.Context, onReady func() error) error {
	runtime.LockOSThread() // startComponent asks for it, and this goroutine ends with the program
	defer cp.stop()
	if err := cp.start(ctx); err != nil {
		return err
	}
	if err := onReady(); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-cp.ended():
		return err
	}
}

func inNewState(use func(dir string) error) error {
	s, err := newState()
	if err != nil {
		return err
	}
	defer s.remove()
	return use(s.dir)
}

// untilCallerEnds is done when standard input ends, or on a signal.
func untilCallerEnds() (context.Context, context.CancelFunc) {
	ctx, cancel := untilSignal()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	return ctx, cancel
}

func untilSignal() (context.Context, context.CancelFunc) {
	// Else a message to a caller that is gone would end this program before it has cleaned up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
}

func exitCode(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, "kubecp:", err)
		return 1
	}
	return 0
}
