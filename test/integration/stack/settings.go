package stack

import (
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"
)

// Endpoint is a path on a port of a compose service.
type Endpoint struct {
	Service string
	Port    string
	Path    string
}

// Step is one thing to look at in a running stack: an address to ask by curl, or another command.
type Step struct {
	Title    string
	Endpoint `yaml:",inline"`
	Args     string // further arguments of curl
	Run      string // a whole command, in place of an address
}

// settings are what a compose file says under x-stack.
type settings struct {
	Name  string
	Stack struct {
		Ready []Endpoint // what must answer before the stack counts as up
		Tour  []Step     // where to look then
	} `yaml:"x-stack"`
}

// readSettings joins the settings of the files: the first has the name.
func readSettings(files []string) (all settings, err error) {
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return settings{}, err
		}
		var one settings
		if err := yaml.Unmarshal(b, &one); err != nil {
			return settings{}, fmt.Errorf("read x-stack of %s: %w", file, err)
		}
		if all.Name == "" {
			all.Name = one.Name
		}
		all.Stack.Ready = append(all.Stack.Ready, one.Stack.Ready...)
		all.Stack.Tour = append(all.Stack.Tour, one.Stack.Tour...)
	}
	return all, nil
}
