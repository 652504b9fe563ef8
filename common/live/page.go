// Package live serves a page that shows a run while it trains and lets visitors try the net:
//
//	page, err := live.Open(ctx, "127.0.0.1:8080")
//	err = page.Show(live.View{Program: "xor", Net: net})
//	history, err := net.Fit(ctx, data, model.Fit{..., Callbacks: []model.Callback{page.Callback()}})
//	<-ctx.Done()
//	err = page.Close(nil)
//
// The page is plain HTML, CSS and JavaScript in the binary. It receives server-sent events (WHATWG HTML, section
// 9.2). Each picture is drawn at most once a second, and once for all viewers. A slow viewer skips events and delays
// neither the others nor the training.
//
// Programs can use the net too: POST /predict takes numbers as JSON or a picture.
package live

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"
)

// Limits of time for a request and its answer, of bytes that a visitor sends, and of the number of connections.
const (
	headerTime   = 5 * time.Second
	bodyTime     = 10 * time.Second
	writeTime    = 10 * time.Second
	idleTime     = time.Minute
	closeTime    = 300 * time.Millisecond
	heartbeat    = 15 * time.Second // a comment on an idle stream, to detect a closed browser
	maxBody      = 1_000_000
	maxHeader    = 16_000
	maxStreams   = 100
	maxConnected = 400 // further ones wait in the system's queue
)

// Page is a running server. Its methods may be called from several goroutines.
type Page struct {
	address  string
	hosts    hosts
	server   *http.Server
	ctx      context.Context // of the run; its end ends a pause
	hub      hub
	progress progress
	view     atomic.Pointer[view] // nil until Show
	tickets  chan struct{}        // an entry for each running prediction: the capacity bounds the memory
	large    chan struct{}        // an entry for each body above maxBody in memory
	showing  sync.Mutex           // held while the view changes, and while a picture of it is published

	last      lastStatus
	closing   chan struct{} // closed by Close
	finished  chan struct{} // closed after the last event
	broken    chan struct{} // closed when the server fails
	closeOnce sync.Once
	ended     sync.WaitGroup
	failure   error // of the server; set before ended is done
}

// Open starts to serve the page on an address such as 127.0.0.1:8080; with port 0 on any free port. A paused run
// resumes or ends at the latest when ctx is cancelled. It is an error if the port is in use.
func Open(ctx context.Context, address string) (*Page, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return start(ctx, address, listener), nil
}

// start serves on the listener.
func start(ctx context.Context, address string, listener net.Listener) *Page {
	p := &Page{
		ctx: ctx, hosts: hostsOf(address, listener.Addr()),
		address: "http://" + shownAddress(listener.Addr()),
		tickets: make(chan struct{}, max(2, runtime.GOMAXPROCS(0))), large: make(chan struct{}, maxLarge),
		closing: make(chan struct{}), finished: make(chan struct{}), broken: make(chan struct{}),
	}
	p.progress.init()
	p.hub.init()
	quiet := silent{conns: map[net.Conn]*time.Timer{}}
	p.server = &http.Server{
		Handler:           p.handler(),
		ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, ConnState: quiet.watch, ErrorLog: log.New(faults{}, "", 0),
	}
	p.server.RegisterOnShutdown(quiet.end)
	limited := netutil.LimitListener(steady{listener}, connections())
	p.ended.Go(func() {
		if err := p.server.Serve(limited); err != http.ErrServerClosed {
			p.failure = fmt.Errorf("the page: %w", err)
			close(p.broken)
		}
	})
	p.ended.Go(p.work)
	return p
}

// Address returns the URL of the page, as http://127.0.0.1:8080.
func (p *Page) Address() string { return p.address }

// Local reports whether only this machine can open the page.
func (p *Page) Local() bool { return p.hosts.loopback }

// Broken returns a channel that is closed when the server fails; Close then returns the error.
func (p *Page) Broken() <-chan struct{} { return p.broken }

// Close shows that the run has ended, with the error why unless it is nil, and stops the server. Viewers receive the
// last status; a connection that takes longer than closeTime to read it, or to send a request, is closed. Close returns
// the error of a server that failed before.
func (p *Page) Close(why error) error {
	p.closeOnce.Do(func() {
		if why != nil {
			p.progress.fail(why)
		}
		close(p.closing)
		p.publishStatus() // work may be drawing a picture
		close(p.finished)
		ctx, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		if p.server.Shutdown(ctx) != nil { // a connection takes too long
			_ = p.server.Close() // the listener is closed already
		}
		p.ended.Wait()
	})
	return p.failure
}

// shownAddress returns an address that a browser on this machine can open: 127.0.0.1 for a server on all addresses.
func shownAddress(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
