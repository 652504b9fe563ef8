package live

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"

	"gorgonia-lectures/common/internal/text"
)

// hosts are the names of the page in a request. With another name that leads to this machine (DNS rebinding), pages of
// its owner could read ours; with a bare IP address they cannot.
type hosts struct {
	loopback bool     // only this machine listens
	names    []string // lower case
}

// hostsOf are those of a server that was asked to listen on an address, and does.
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

// knows reports whether the value of a Host header is a name of the page. Its port may be another one, as of a tunnel.
func (h hosts) knows(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil { // maybe it has no port
		name, port, err = net.SplitHostPort(host + ":0")
	}
	if err != nil {
		name = host // an IPv6 address without brackets, or none of ours
	}
	if strings.Trim(port, "0123456789") != "" || strings.HasPrefix(host, "[") && !strings.Contains(name, ":") {
		return false // only an IPv6 address has brackets
	}
	if ip := net.ParseIP(name); ip != nil {
		return ip.IsLoopback() || !h.loopback
	}
	return slices.Contains(h.names, strings.ToLower(name))
}

// policy allows the page its own files and pictures that it makes itself, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard refuses requests that other sites make in a visitor's name, and sets the headers of every answer.
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
			refuse(w, http.StatusForbidden, fmt.Errorf("host %q: not a name of this page: open %s", r.Host, p.address))
			return
		}
		if err := foreign(r); err != nil {
			refuse(w, http.StatusForbidden, err)
			return
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, p.limit(r))
		}
		next.ServeHTTP(w, r)
	})
}

// foreign is an error for a request by another site's page. Its links may lead here: that is a navigation without an
// origin.
func foreign(r *http.Request) error {
	// a header that comes twice has a value that is not ours
	if origins := r.Header.Values("Origin"); len(origins) > 0 {
		origin, own := strings.Join(origins, ", "), "http://"+r.Host
		if !strings.EqualFold(origin, own) {
			return fmt.Errorf("origin %q: another site's page, want one of %s", origin, text.Graphic(own))
		}
	}
	site := strings.Join(r.Header.Values("Sec-Fetch-Site"), ", ")
	own := site == "" || site == "same-origin" || site == "none"
	link := r.Header.Get("Sec-Fetch-Mode") == "navigate" && (r.Method == http.MethodGet || r.Method == http.MethodHead)
	if own || link {
		return nil
	}
	return fmt.Errorf("a %s request: want one of this page's own", text.Graphic(site))
}
