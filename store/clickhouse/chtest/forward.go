package chtest

import (
	"io"
	"net"
	"testing"
)

// Forward returns an address of its own that passes connections on to another, for a test that kills clients of the server
// there. When a client has gone, the server's side stays open and is read, until the server closes it: the server of the
// library would abort.
func Forward(t testing.TB, address string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", address)
			if err != nil {
				client.Close()
				continue
			}
			go func() { _, _ = io.Copy(server, client) }()
			go answer(client, server)
		}
	}()
	return listener.Addr().String()
}

// answer passes on what the server sends, also to nobody.
func answer(client, server net.Conn) {
	_, _ = io.Copy(client, server)
	client.Close()
	_, _ = io.Copy(io.Discard, server)
	server.Close()
}
