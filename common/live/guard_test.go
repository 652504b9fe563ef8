package live

import (
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
)

// Who listens on loopback is asked for by a name of loopback; who listens everywhere, by any address as well.
func TestHosts(t *testing.T) {
	loopback := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}
	everywhere := &net.TCPAddr{IP: net.IPv6unspecified, Port: 8080}
	own, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	const never, open, both = 0, 1, 2 // where it is known
	for _, c := range []struct {
		where int
		hosts []string
	}{
		{both, []string{"localhost:8080", "localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.0.0.1", "127.9.9.9:8080",
			"[::1]:8080", "[::1]", "::1"}},
		{open, []string{"192.168.1.5:8080", "10.0.0.1", "[2001:db8::1]:8080", "0.0.0.0:8080",
			own + ":8080", strings.ToUpper(own), own + ".local:8080"}},
		{never, []string{"", ":8080", "evil.example", "evil.example:8080", "localhost.evil.example:8080",
			"127.0.0.1.evil.example", "evil-localhost", "127.0.0.1:8080:8080", "2130706433", "[localhost.evil]"}},
	} {
		for _, host := range c.hosts {
			if got := hostsOf("127.0.0.1:8080", loopback).knows(host); got != (c.where == both) {
				t.Errorf("on loopback %q: %v, want %v", host, got, !got)
			}
			if got := hostsOf(":8080", everywhere).knows(host); got != (c.where != never) {
				t.Errorf("everywhere %q: %v, want %v", host, got, !got)
			}
		}
	}
	// the name that was asked for is one of the page's
	if !hostsOf("Lecture.example:8080", everywhere).knows("lecture.example:8080") {
		t.Error("lecture.example was asked for, and is not known")
	}
	if hostsOf("127.0.0.1:8080", everywhere).loopback || !hostsOf("localhost:8080", loopback).loopback {
		t.Error("loopback is a matter of the address that is listened on")
	}
}

// Each request that a foreign page can make a browser send is refused; links and the page's own are not.
func TestGuard(t *testing.T) {
	s := serve(t, xorView(xorNet(t)))
	local, host := "http://"+s.host(), s.host()
	_, port, err := net.SplitHostPort(host)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, method, path, header, value string
		want                              string // fact of the error; "": it is answered
	}{
		{"own host", "GET", "/", "Host", "localhost:" + port, ""},
		{"no page's host", "GET", "/", "Host", "evil.example", "evil.example"},
		{"another host's events", "GET", "/events", "Host", "evil.example:80", "evil.example:80"},
		{"own origin", "POST", "/control", "Origin", local, ""},
		{"own origin in capitals", "POST", "/control", "Origin", strings.ToUpper(local), ""},
		{"foreign origin", "POST", "/control", "Origin", "http://evil.example", "http://evil.example"},
		{"no origin", "POST", "/control", "Origin", "null", "null"},
		{"origin of another port", "POST", "/control", "Origin", "http://127.0.0.1:1", "http://127.0.0.1:1"},
		{"origin of another name", "POST", "/control", "Origin", "http://localhost:80", "http://localhost:80"},
		{"broken origin", "POST", "/control", "Origin", "http://[::1", "http://[::1"},
		{"foreign origin's look", "GET", "/", "Origin", "http://evil.example", "http://evil.example"},
		{"own request", "POST", "/control", "Sec-Fetch-Site", "same-origin", ""},
		{"typed address", "GET", "/", "Sec-Fetch-Site", "none", ""},
		{"foreign request", "POST", "/control", "Sec-Fetch-Site", "cross-site", "cross-site"},
		{"request of the same site", "POST", "/control", "Sec-Fetch-Site", "same-site", "same-site"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, body := s.ask(t, c.method, c.path, []byte(`{"action": "resume"}`), c.header, c.value)
			if c.want != "" {
				refused(t, answer, body, http.StatusForbidden, c.want)
			} else if answer.StatusCode != http.StatusOK {
				t.Errorf("%s: %s, want 200", answer.Status, body)
			}
		})
	}
	for _, c := range []struct {
		method, mode string
		code         int
	}{{"GET", "no-cors", 403}, {"GET", "navigate", 200}, {"HEAD", "navigate", 200}, {"POST", "navigate", 403}} {
		answer, _ := s.ask(t, c.method, "/", nil, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", c.mode)
		if answer.StatusCode != c.code {
			t.Errorf("%s of another site to %s: %s, want %d", c.method, c.mode, answer.Status, c.code)
		}
	}
}
