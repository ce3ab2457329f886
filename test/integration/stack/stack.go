// Package stack runs a compose stack through the Docker API, so that neither tests nor `make stack` need a compose plugin.
//
// What a stack is ready by, and where to look in it, stands in its compose file under x-stack.
//
// It doesn't build or pull images (scripts/build-images.sh does) and holds no state: a stack is known by its project
// name, so one process can take down what another brought up. It starts no goroutines.
package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/modules/compose"
	"github.com/testcontainers/testcontainers-go/wait"
)

// Options say which stack.
type Options struct {
	Project string            // compose project: the prefix of the names of containers and networks; empty: the file's name
	Files   []string          // compose files; a later one overrides an earlier one
	Env     map[string]string // variables of the compose files; they win over the process's environment
}

// Stack is a compose stack, running or not. Close it.
type Stack struct {
	Project string // compose project
	Tour    []Step // where to look once it is up

	files   []string
	compose *compose.DockerCompose
	ready   []Endpoint
}

// New reads the files and connects to the Docker engine; it starts nothing.
func New(o Options) (*Stack, error) {
	read, err := readSettings(o.Files)
	if err != nil {
		return nil, fmt.Errorf("open stack: %w", err)
	}
	if o.Project == "" {
		o.Project = read.Name
	}
	if err := AdaptToEngine(); err != nil {
		return nil, fmt.Errorf("prepare docker client: %w", err)
	}
	s := &Stack{Project: o.Project, Tour: read.Stack.Tour, files: o.Files, ready: read.Stack.Ready}
	return s, s.connect(o.Env)
}

// Configure replaces the variables of the compose files. The next Up starts anew what they change.
func (s *Stack) Configure(env map[string]string) error {
	return errors.Join(s.Close(), s.connect(env))
}

func (s *Stack) connect(env map[string]string) error {
	c, err := compose.NewDockerComposeWith(compose.WithStackFiles(s.files...), compose.StackIdentifier(s.Project))
	if err != nil {
		return fmt.Errorf("open stack %s: %w", s.Project, err)
	}
	c.WithEnv(env).WithOsEnv()
	s.compose = c
	return nil
}

// AdaptToEngine sets, where the user didn't, what testcontainers reads from the environment: no reaper, whose image would
// have to be pulled and which would end a stack that is to outlive this process; and the host of published ports, which
// testcontainers takes to be a gateway when this process runs in a container-like machine.
func AdaptToEngine() error {
	env := map[string]string{"TESTCONTAINERS_RYUK_DISABLED": "true"}
	if host := os.Getenv("DOCKER_HOST"); host == "" || strings.HasPrefix(host, "unix://") {
		env["TESTCONTAINERS_HOST_OVERRIDE"] = "127.0.0.1"
	}
	for key, value := range env {
		if _, set := os.LookupEnv(key); set {
			continue
		}
		if err := os.Setenv(key, value); err != nil {
			return err
		}
	}
	return nil
}

// Up starts what doesn't run or has changed, and returns when all that must be ready answers on its published port.
func (s *Stack) Up(ctx context.Context) error {
	for _, e := range s.ready {
		s.compose.WaitForService(e.Service, wait.ForHTTP(e.Path).WithPort(e.Port+"/tcp").WithStartupTimeout(2*time.Minute))
	}
	if err := s.compose.Up(ctx, compose.RemoveOrphans(true)); err != nil {
		return fmt.Errorf("start stack: %w", err)
	}
	return nil
}

// Down stops the stack, services before their agents, and removes its containers, networks and volumes.
func (s *Stack) Down(ctx context.Context) error {
	if err := s.compose.Down(ctx, compose.RemoveOrphans(true), compose.RemoveVolumes(true)); err != nil {
		return fmt.Errorf("stop stack: %w", err)
	}
	return nil
}

// Close frees the connections to the engine. The stack runs on.
func (s *Stack) Close() error { return s.compose.Close() }

// Container is the container of a compose service.
func (s *Stack) Container(ctx context.Context, service string) (*testcontainers.DockerContainer, error) {
	return s.compose.ServiceContainer(ctx, service)
}

// Logs is all that the container of a compose service has written.
func (s *Stack) Logs(ctx context.Context, service string) (string, error) {
	container, err := s.Container(ctx, service)
	if err != nil {
		return "", fmt.Errorf("find container of %s: %w", service, err)
	}
	r, err := container.Logs(ctx)
	if err != nil {
		return "", fmt.Errorf("read log of %s: %w", service, err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	return string(b), err
}

// URL is where a port of a compose service's container is published, as http://127.0.0.1:49153. Ports of a service that
// joins another's network namespace are asked of that other one.
func (s *Stack) URL(ctx context.Context, service, port string) (string, error) {
	container, err := s.Container(ctx, service)
	if err != nil {
		return "", fmt.Errorf("find container of %s: %w", service, err)
	}
	url, err := container.PortEndpoint(ctx, port+"/tcp", "http")
	if err != nil {
		return "", fmt.Errorf("find port %s of %s: %w", port, service, err)
	}
	return url, nil
}
