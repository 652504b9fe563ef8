package live

import (
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
)

// A server on a loopback address has only names of loopback; one on all addresses also has any IP address.
func TestHosts(t *testing.T) {
	loopback := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}
	everywhere := &net.TCPAddr{IP: net.IPv6unspecified, Port: 8080}
	own, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	const never, open, both = 0, 1, 2 // which servers know the name
	for _, c := range []struct {
		where int
		hosts []string
	}{
		{both, []string{"localhost:8080", "localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.0.0.1", "127.9.9.9:8080",
			"localhost:", "[::1]:8080", "[::1]", "::1"}},
		{open, []string{"192.168.1.5:8080", "10.0.0.1", "[2001:db8::1]:8080", "0.0.0.0:8080",
			own + ":8080", strings.ToUpper(own), own + ".local:8080"}},
		{never, []string{"", ":8080", "evil.example", "evil.example:8080", "localhost.evil.example:8080",
			"127.0.0.1.evil.example", "evil-localhost", "127.0.0.1:8080:8080", "2130706433", "[localhost.evil]",
			"[localhost]", "[localhost]:8080", "[127.0.0.1]:8080", "[LOCALHOST]", "[::1", "::1]:8080", "[::1]8080", "[]:8080",
			"localhost:8080@evil.example", "localhost@evil.example:8080", "localhost:http", "[::1]:@evil.example"}},
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
	// the name in the address that the server was started with is known
	if !hostsOf("Lecture.example:8080", everywhere).knows("lecture.example:8080") {
		t.Error("lecture.example was asked for, and is not known")
	}
	if hostsOf("127.0.0.1:8080", everywhere).loopback || !hostsOf("localhost:8080", loopback).loopback {
		t.Error("loopback is a matter of the address that is listened on")
	}
}

// Every request that a page of another site can make a browser send is refused; links and requests of the page are not.
func TestGuard(t *testing.T) {
	s := serve(t, xorView(xorNet(t)))
	local, host := "http://"+s.host(), s.host()
	_, port, err := net.SplitHostPort(host)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, method, path, header, value string // the value has a line for each repetition of the header
		want                              string // a fact of the error; "": the request is answered
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
		{"origin with a user", "POST", "/control", "Origin", "http://user@" + host, "user@"},
		{"origin with a password", "POST", "/control", "Origin", "http://a:b@" + host, "a:b@"},
		{"origin with an empty user", "POST", "/control", "Origin", "http://@" + host, "http://@"},
		{"own host as another's user", "POST", "/control", "Origin", local + "@evil.example", "@evil.example"},
		{"origin with https", "POST", "/control", "Origin", "https://" + host, "want http://"},
		{"origin without a scheme", "POST", "/control", "Origin", "//" + host, "//"},
		{"origin that is a host", "POST", "/control", "Origin", host, `origin "127.0.0.1:PORT"`},
		{"origin with a path", "POST", "/control", "Origin", local + "/", "/"},
		{"origin with a query", "POST", "/control", "Origin", local + "?a", "?a"},
		{"empty origin", "POST", "/control", "Origin", "", `origin ""`},
		{"two own origins", "POST", "/control", "Origin", local + "\n" + local, ", "},
		{"two origins", "POST", "/control", "Origin", local + "\nhttp://evil.example", "http://evil.example"},
		{"a name in brackets", "GET", "/", "Host", "[localhost]:80", "[localhost]:80"},
		{"two kinds of request", "POST", "/control", "Sec-Fetch-Site", "same-origin\ncross-site", "same-origin, cross-site"},
		{"foreign origin's look", "GET", "/", "Origin", "http://evil.example", "http://evil.example"},
		{"own request", "POST", "/control", "Sec-Fetch-Site", "same-origin", ""},
		{"typed address", "GET", "/", "Sec-Fetch-Site", "none", ""},
		{"foreign request", "POST", "/control", "Sec-Fetch-Site", "cross-site", "cross-site"},
		{"request of the same site", "POST", "/control", "Sec-Fetch-Site", "same-site", "same-site"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var pairs []string
			for value := range strings.SplitSeq(c.value, "\n") {
				pairs = append(pairs, c.header, value)
			}
			answer, body := s.ask(t, c.method, c.path, []byte(`{"action": "resume"}`), pairs...)
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
