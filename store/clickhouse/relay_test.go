package clickhouse_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
)

// A relay stands before a server on an address of its own, counts what clients send and can be switched off. It closes
// both sides in good order: see chtest.
type relay struct {
	to       string
	listener net.Listener
	mu       sync.Mutex
	open     []net.Conn
	sent     int // pieces that clients sent
	over     sync.WaitGroup
}

// newRelay relays the host's address at the port to a server. With a TLS configuration clients must speak TLS.
func newRelay(t testing.TB, address, to string, secure *tls.Config) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	if secure != nil {
		listener = tls.NewListener(listener, secure)
	}
	r := &relay{to: to, listener: listener}
	r.over.Go(r.serve)
	t.Cleanup(r.close)
	return r
}

func (r *relay) serve() {
	for {
		conn, err := r.listener.Accept()
		if err != nil {
			return
		}
		r.mu.Lock()
		r.open = append(r.open, conn)
		r.mu.Unlock()
		r.over.Go(func() { r.carry(conn) })
	}
}

func (r *relay) carry(client net.Conn) {
	defer client.Close()
	if secure, is := client.(*tls.Conn); is && secure.Handshake() != nil {
		return
	}
	server, err := net.Dial("tcp", r.to)
	if err != nil {
		return
	}
	var answered sync.WaitGroup
	answered.Go(func() {
		io.Copy(client, server)
		client.Close()
	})
	io.Copy(server, io.TeeReader(client, r))
	server.(*net.TCPConn).CloseWrite()
	answered.Wait()
	server.Close()
}

// Write counts what a client sent.
func (r *relay) Write(piece []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent++
	return len(piece), nil
}

// traffic returns how many pieces clients have sent since the last call.
func (r *relay) traffic() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.sent
	r.sent = 0
	return n
}

// close switches the relay off.
func (r *relay) close() {
	r.listener.Close()
	r.mu.Lock()
	for _, conn := range r.open {
		conn.Close()
	}
	r.mu.Unlock()
	r.over.Wait()
}

// An authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t testing.TB) authority {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	key := newKey(t)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{certificate, key}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sign returns a certificate for a server of that name, or for a client.
func (a authority) sign(t testing.TB, name string, usage x509.ExtKeyUsage) tls.Certificate {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{usage},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func (a authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}
