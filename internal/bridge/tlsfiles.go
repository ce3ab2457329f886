package bridge

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"go.opentelemetry.io/collector/config/configtls"
)

// TLSError is a TLS setting that can't be used, named by its key within the
// section ("ca_file"), "" for the section as a whole.
type TLSError struct {
	Key string
	Err error
}

func (e *TLSError) Error() string { return e.Key + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *TLSError) Unwrap() error { return e.Err }

// EachTLSError calls as on each TLSError that is joined in err and joins what it
// returns.
func EachTLSError(err error, as func(*TLSError) error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var errs []error
		for _, e := range joined.Unwrap() {
			errs = append(errs, EachTLSError(e, as))
		}
		return errors.Join(errs...)
	}
	if e, ok := errors.AsType[*TLSError](err); ok {
		return as(e)
	}
	return err
}

// CheckServerTLS reads what a listener's TLS settings name. The Collector's
// components do so only when they start, without the key. Each mistake is a
// *TLSError; several are joined.
func CheckServerTLS(c configtls.ServerConfig) error {
	clientCA := checkCertificates("client_ca_file", c.ClientCAFile)
	c.ClientCAFile = ""
	return errors.Join(clientCA, checkTLS(c.Config, func() error {
		_, err := c.LoadTLSConfig(context.Background())
		return err
	}))
}

// CheckClientTLS is CheckServerTLS for the settings of an exporter.
func CheckClientTLS(c configtls.ClientConfig) error {
	if c.Insecure && c.CAFile == "" && c.CAPem == "" {
		return nil // plain text: the rest isn't looked at
	}
	return checkTLS(c.Config, func() error {
		_, err := c.LoadTLSConfig(context.Background())
		return err
	})
}

// checkTLS reads the files of c, then has all of c loaded.
func checkTLS(c configtls.Config, load func() error) error {
	ca := checkCertificates("ca_file", c.CAFile)
	var pair error
	if c.CertFile != "" && c.KeyFile != "" && !c.TPMConfig.Enabled {
		pair = checkPair(c.CertFile, c.KeyFile)
	}
	if err := errors.Join(ca, pair); err != nil {
		return err
	}
	if err := load(); err != nil {
		return &TLSError{Err: errors.New(strings.TrimPrefix(err.Error(), "failed to load TLS config: "))}
	}
	return nil
}

func checkCertificates(key, file string) error {
	if file == "" {
		return nil
	}
	_, err := readPEM(key, file, "CERTIFICATE")
	return err
}

func checkPair(certFile, keyFile string) error {
	cert, certErr := readPEM("cert_file", certFile, "CERTIFICATE")
	key, keyErr := readPEM("key_file", keyFile, "PRIVATE KEY")
	if err := errors.Join(certErr, keyErr); err != nil {
		return err
	}
	if _, err := tls.X509KeyPair(cert, key); err != nil {
		return &TLSError{"key_file", fmt.Errorf("%s doesn't go with %s: %s", keyFile, certFile, strings.TrimPrefix(err.Error(), "tls: "))}
	}
	return nil
}

// readPEM reads a file in which a block has a type that ends with kind.
func readPEM(key, file, kind string) ([]byte, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		if p, ok := errors.AsType[*fs.PathError](err); ok {
			err = p.Err
		}
		return nil, &TLSError{key, fmt.Errorf("can't read %s: %w", file, err)}
	}
	for rest := b; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil, &TLSError{key, fmt.Errorf("%s holds no %s in PEM", file, strings.ToLower(kind))}
		}
		if strings.HasSuffix(block.Type, kind) {
			return b, nil
		}
	}
}
