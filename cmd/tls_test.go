package cmd_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"goscan/providers/simulator"
)

// TestOldTLSIsRefused lets every kind of client that goscan has connect to a server that speaks TLS 1.1 at most, and looks at
// which versions the client offers. TLS 1.1 and older were given up in 2021 (RFC 8996).
func TestOldTLSIsRefused(t *testing.T) {
	account := func(kind string) string {
		keys := map[string]string{simulator.Volcengine: "access_key: bird, secret_key: song", simulator.Alicloud: "access_key_id: bird, access_key_secret: song"}[kind]
		return "providers: {it: {type: " + kind + ", endpoint: \"https://127.0.0.1:PORT\", " + keys + "}}\n"
	}
	cloud, err := simulator.Start(simulator.Volcengine, simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cloud.Close)
	refusing := "providers: {it: {type: volcengine, endpoint: \"" + cloud.URL() + "\", access_key: bird, secret_key: song}}\n"
	for name, client := range map[string]struct {
		yaml, command string
		startTLS      bool
	}{
		"Volcengine":              {account(simulator.Volcengine), "doctor", false},
		"Alibaba Cloud":           {account(simulator.Alicloud), "doctor", false},
		"ClickHouse":              {"clickhouse: {hosts: [127.0.0.1], port: PORT, secure: true}\n", "schema status", false},
		"ClickHouse over HTTP":    {"clickhouse: {hosts: [127.0.0.1], port: PORT, secure: true, protocol: http}\n", "schema status", false},
		"a robot":                 {"notify: {slack: {webhook_url: \"https://127.0.0.1:PORT/services/T0/B0/x\"}}\n", "notify test slack", false},
		"a webhook":               {"notify: {webhook: {webhook_url: \"https://127.0.0.1:PORT/hook\"}}\n", "notify test webhook", false},
		"mail that begins in TLS": {mailYAML("tls"), "notify test email", false},
		"mail that goes over":     {mailYAML("starttls"), "notify test email", true},
		"a heartbeat":             {"heartbeat_url: https://127.0.0.1:PORT/ping\n" + refusing, "sync", false},
		"a Pushgateway":           {"metrics: {pushgateway: \"https://127.0.0.1:PORT\"}\n" + refusing, "sync", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newOldServer(t, client.startTLS)
			folder := configured(t, strings.ReplaceAll(client.yaml, "PORT", server.port))
			ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
			defer cancel()
			c := exec.CommandContext(ctx, "goscan", strings.Fields(client.command)...)
			c.Dir, c.Env = string(folder), append(os.Environ(), "HOME="+string(folder))
			go func() {
				select { // most clients would try again for long
				case <-server.met:
					time.Sleep(100 * time.Millisecond)
					c.Cancel()
				case <-ctx.Done():
				}
			}()
			out, err := c.CombinedOutput()
			if err == nil {
				t.Errorf("goscan %s went well:\n%s", client.command, out)
			}
			offered := server.offered()
			if len(offered) == 0 {
				t.Fatalf("nobody began to speak TLS:\n%s", out)
			}
			if oldest := slices.Min(offered); oldest < tls.VersionTLS12 {
				t.Errorf("%s is offered", tls.VersionName(oldest))
			}
		})
	}
}

func mailYAML(mode string) string {
	return "notify: {email: {host: 127.0.0.1, port: PORT, tls: " + mode + ", from: a@example.test, to: [b@example.test]}}\n"
}

// An oldServer speaks no TLS of today.
type oldServer struct {
	port string
	met  chan struct{} // closed when somebody began to speak TLS

	mu       sync.Mutex
	versions []uint16 // that clients offered
}

func newOldServer(t *testing.T, startTLS bool) *oldServer {
	t.Helper()
	s := &oldServer{met: make(chan struct{})}
	certificates := httptest.NewUnstartedServer(nil)
	certificates.StartTLS()
	t.Cleanup(certificates.Close)
	settings := &tls.Config{
		Certificates: certificates.TLS.Certificates, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.versions = append(s.versions, hello.SupportedVersions...); len(s.versions) == len(hello.SupportedVersions) {
				close(s.met)
			}
			return nil, nil
		},
	}
	s.port = listen(t, func(conn net.Conn, _ int) {
		if startTLS && !agreeOnTLS(conn) {
			return
		}
		if err := tls.Server(conn, settings).Handshake(); err == nil {
			t.Error("a client speaks TLS 1.1")
		}
	})
	return s
}

func (s *oldServer) offered() []uint16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.versions)
}

// agreeOnTLS leads the conversation of a mail server up to STARTTLS.
func agreeOnTLS(conn net.Conn) bool {
	fmt.Fprint(conn, "220 old.example.test\r\n")
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "STARTTLS") {
			fmt.Fprint(conn, "220 go ahead\r\n")
			return true
		}
		fmt.Fprint(conn, "250-old.example.test\r\n250 STARTTLS\r\n")
	}
	return false
}
