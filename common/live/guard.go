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

// hosts are the host names under which the page may be requested. A foreign page could read this one by a name of its
// own that resolves to this machine (DNS rebinding), but not by an IP address.
type hosts struct {
	loopback bool     // only this machine listens
	names    []string // lower case
}

// hostsOf returns the hosts of a server: asked is the address that it was started with, listening its actual one.
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

// knows reports whether the value of a Host header is a name of the page. Its port may differ, as through a tunnel.
func (h hosts) knows(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil { // there may be no port
		name, port, err = net.SplitHostPort(host + ":0")
	}
	if err != nil {
		name = host // an IPv6 address without brackets, or an unknown name
	}
	if strings.Trim(port, "0123456789") != "" || strings.HasPrefix(host, "[") && !strings.Contains(name, ":") {
		return false // only an IPv6 address has brackets
	}
	if ip := net.ParseIP(name); ip != nil {
		return ip.IsLoopback() || !h.loopback
	}
	return slices.Contains(h.names, strings.ToLower(name))
}

// policy is the Content-Security-Policy. It allows only the page's own files, and images that its scripts make.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard refuses requests that pages of other sites make from a visitor's browser, and sets the headers of every answer.
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
			refuse(w, http.StatusForbidden, fmt.Errorf("host %q is not a name of this page: open %s", r.Host, p.address))
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

// foreign returns an error for a request by a page of another site, except for following a link, which is a navigation
// without an origin.
func foreign(r *http.Request) error {
	// joined, a repeated header never equals the page's origin
	if origins := r.Header.Values("Origin"); len(origins) > 0 {
		origin, own := strings.Join(origins, ", "), "http://"+r.Host
		if !strings.EqualFold(origin, own) {
			return fmt.Errorf("origin %q is another site, want %s", origin, text.Graphic(own))
		}
	}
	site := strings.Join(r.Header.Values("Sec-Fetch-Site"), ", ")
	own := site == "" || site == "same-origin" || site == "none"
	link := r.Header.Get("Sec-Fetch-Mode") == "navigate" && (r.Method == http.MethodGet || r.Method == http.MethodHead)
	if own || link {
		return nil
	}
	return fmt.Errorf("a %s request, want one by this page", text.Graphic(site))
}
