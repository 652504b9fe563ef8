package live

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"gorgonia-lectures/common/internal/text"
)

// hosts says by which names the page may be asked for. A name of somebody else's that leads to this machine
// (DNS rebinding) would let his pages read ours; a bare IP address cannot.
type hosts struct {
	loopback bool     // only this machine listens
	names    []string // lower case
}

// hostsOf takes the address that was asked for, and the one that is listened on.
func hostsOf(asked string, listening net.Addr) hosts {
	h := hosts{names: []string{"localhost"}}
	if tcp, ok := listening.(*net.TCPAddr); ok {
		h.loopback = tcp.IP.IsLoopback()
	}
	if name, _, err := net.SplitHostPort(asked); err == nil && name != "" {
		h.names = append(h.names, strings.ToLower(name))
	}
	if name, err := os.Hostname(); err == nil && !h.loopback {
		h.names = append(h.names, strings.ToLower(name), strings.ToLower(name)+".local")
	}
	return h
}

// knows takes the value of a Host header.
func (h hosts) knows(host string) bool {
	name := host
	if bare, _, err := net.SplitHostPort(host); err == nil {
		name = bare
	}
	name = strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(name), "["), "]")
	if ip := net.ParseIP(name); ip != nil {
		return ip.IsLoopback() || !h.loopback
	}
	return slices.Contains(h.names, name)
}

// policy allows the page what it brings along, pictures that it makes itself, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard refuses what other sites ask for in a visitor's name, and sets the headers of every answer.
func (p *Page) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		if !p.hosts.knows(r.Host) {
			refuse(w, http.StatusForbidden, fmt.Errorf("host %q: not a name of this page, which is at %s", r.Host, p.address))
			return
		}
		if err := foreign(r); err != nil {
			refuse(w, http.StatusForbidden, err)
			return
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		}
		next.ServeHTTP(w, r)
	})
}

// foreign is an error for a request that another site's page makes. Its links may lead here: that is a
// navigation without an origin.
func foreign(r *http.Request) error {
	if origin := r.Header.Get("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || !strings.EqualFold(u.Host, r.Host) {
			return fmt.Errorf("origin %q: another site's page, want one of %s", origin, text.Graphic(r.Host))
		}
	}
	site := r.Header.Get("Sec-Fetch-Site")
	own := site == "" || site == "same-origin" || site == "none"
	link := r.Header.Get("Sec-Fetch-Mode") == "navigate" && (r.Method == http.MethodGet || r.Method == http.MethodHead)
	if own || link {
		return nil
	}
	return fmt.Errorf("a %s request: want one of this page's own", text.Graphic(site))
}
