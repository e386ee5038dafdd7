// Hands every connection of a unix socket on to a TCP address: `relay SOCKET ADDRESS`.
// Run inside the node it is the one door from outside: whoever has the socket reaches that address only.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: relay SOCKET ADDRESS")
		os.Exit(2)
	}
	socket, address := os.Args[1], os.Args[2]
	os.Remove(socket)
	listener, err := net.Listen("unix", socket)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		near, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		go relay(near.(*net.UnixConn), address)
	}
}

// relay passes on the end of each direction by itself, as TCP has it.
func relay(near *net.UnixConn, address string) {
	defer near.Close()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	far := connection.(*net.TCPConn)
	defer far.Close()
	done := make(chan struct{})
	go func() {
		io.Copy(far, near)
		far.CloseWrite()
		close(done)
	}()
	io.Copy(near, far)
	near.CloseWrite()
	<-done
}
