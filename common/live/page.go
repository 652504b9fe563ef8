// Package live is the page that shows a run while it trains and lets a visitor try the model:
//
//	page, err := live.Open(ctx, "127.0.0.1:8080")
//	err = page.Show(live.View{Program: "xor", Net: net})
//	history, err := net.Fit(ctx, data, model.Fit{..., Callbacks: []model.Callback{page.Callback()}})
//	<-ctx.Done()
//	err = page.Close(nil)
//
// The page is plain HTML, CSS and JavaScript in the binary. It receives server-sent events (WHATWG HTML, section
// 9.2): each picture is drawn at most once a second and once for all viewers, and a slow viewer gets the newest of
// each kind and holds up nobody.
//
// Programs may ask too: POST /predict takes numbers as JSON or a picture.
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

// The limits of a visitor: how long a request and its answer may take, how much it may send, and how many there are.
const (
	headerTime   = 5 * time.Second
	bodyTime     = 10 * time.Second
	writeTime    = 10 * time.Second
	idleTime     = time.Minute
	closeTime    = 300 * time.Millisecond
	heartbeat    = 15 * time.Second // a comment on a quiet stream, to notice a browser that is gone
	maxBody      = 1_000_000
	maxHeader    = 16_000
	maxStreams   = 100
	maxConnected = 400 // at most; more wait in the system's queue
)

// Page is a running server. Its methods may be called from several goroutines.
type Page struct {
	address  string
	hosts    hosts
	server   *http.Server
	ctx      context.Context // of the run: its end ends a pause
	hub      hub
	progress progress
	view     atomic.Pointer[view] // nil until Show
	tickets  chan struct{}        // one for each prediction that is being computed: they bound its memory
	large    chan struct{}        // one for each large body
	showing  sync.Mutex           // held while the view changes, and while a picture of the view is published

	last      lastStatus
	closing   chan struct{} // closed by Close
	finished  chan struct{} // closed after the last event
	broken    chan struct{} // closed when the server fails
	closeOnce sync.Once
	ended     sync.WaitGroup
	failure   error // of the server; known when all has ended
}

// Open listens on an address, such as 127.0.0.1:8080, and serves from then on; port 0 is any free one. When ctx is
// cancelled a paused run ends. A port in use is an error.
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

// Address is where a browser finds the page: http://127.0.0.1:8080.
func (p *Page) Address() string { return p.address }

// Local reports whether only this machine can open the page.
func (p *Page) Local() bool { return p.hosts.loopback }

// Broken is closed when the server can serve no longer; Close then says why.
func (p *Page) Broken() <-chan struct{} { return p.broken }

// Close shows that the run has ended, by the error why unless it is nil, and stops the server. Viewers who read
// receive the last status; who takes longer than closeTime, in reading or in sending a request, is cut off. Its own
// error is that of a server that failed before.
func (p *Page) Close(why error) error {
	p.closeOnce.Do(func() {
		if why != nil {
			p.progress.fail(why)
		}
		close(p.closing)
		p.publishStatus() // at once, also while a picture is drawn
		close(p.finished)
		ctx, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		if p.server.Shutdown(ctx) != nil { // somebody takes too long
			_ = p.server.Close() // the listener is closed already
		}
		p.ended.Wait()
	})
	return p.failure
}

// shownAddress is one that a browser on this machine can open: 127.0.0.1 for a server on all addresses.
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
