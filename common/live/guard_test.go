package live

import (
	"fmt"
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
	for host, where := range map[string]int{
		"localhost:8080": both, "localhost": both, "LOCALHOST:8080": both,
		"127.0.0.1:8080": both, "127.0.0.1": both, "127.9.9.9:8080": both,
		"[::1]:8080": both, "[::1]": both, "::1": both,
		"192.168.1.5:8080": open, "10.0.0.1": open, "[2001:db8::1]:8080": open, "0.0.0.0:8080": open,
		own + ":8080": open, strings.ToUpper(own): open, own + ".local:8080": open,
		"": never, ":8080": never, "evil.example": never, "evil.example:8080": never,
		"localhost.evil.example:8080": never, "127.0.0.1.evil.example": never, "evil-localhost": never,
		"127.0.0.1:8080:8080": never, "2130706433": never, "[localhost.evil]": never,
	} {
		if got := hostsOf("127.0.0.1:8080", loopback).knows(host); got != (where == both) {
			t.Errorf("on loopback %q: %v, want %v", host, got, !got)
		}
		if got := hostsOf(":8080", everywhere).knows(host); got != (where != never) {
			t.Errorf("everywhere %q: %v, want %v", host, got, !got)
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
	foreign := func(origin string) string {
		return fmt.Sprintf("origin %q: another site's page, want one of %s", origin, host)
	}
	site := func(kind string) string { return fmt.Sprintf("a %s request: want one of this page's own", kind) }
	for _, c := range []struct {
		method, path string
		headers      []string
		want         string // "": it is answered
	}{
		{"GET", "/", nil, ""},
		{"GET", "/", []string{"Host", "localhost:" + port}, ""},
		{"GET", "/", []string{"Host", "evil.example"}, `host "evil.example": not a name of this page, which is at ` + local},
		{"GET", "/events", []string{"Host", "evil.example:" + port}, `host "evil.example:` + port + `": not a name of this page, which is at ` + local},
		{"POST", "/predict", []string{"Host", "192.168.1.5"}, `host "192.168.1.5": not a name of this page, which is at ` + local},
		{"POST", "/control", []string{"Origin", local}, ""},
		{"POST", "/control", []string{"Origin", strings.ToUpper(local)}, ""},
		{"POST", "/control", []string{"Origin", "http://evil.example"}, foreign("http://evil.example")},
		{"POST", "/control", []string{"Origin", "null"}, foreign("null")},
		{"POST", "/control", []string{"Origin", "http://127.0.0.1:1"}, foreign("http://127.0.0.1:1")},
		{"POST", "/control", []string{"Origin", "http://localhost:" + port}, foreign("http://localhost:" + port)},
		{"POST", "/control", []string{"Origin", "http://[::1"}, foreign("http://[::1")},
		{"GET", "/", []string{"Origin", "http://evil.example"}, foreign("http://evil.example")},
		{"POST", "/control", []string{"Sec-Fetch-Site", "same-origin"}, ""},
		{"GET", "/", []string{"Sec-Fetch-Site", "none"}, ""},
		{"POST", "/control", []string{"Sec-Fetch-Site", "cross-site"}, site("cross-site")},
		{"POST", "/control", []string{"Sec-Fetch-Site", "same-site"}, site("same-site")},
		{"GET", "/", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, site("cross-site")},
		{"GET", "/", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, ""},
		{"HEAD", "/", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, ""},
		{"POST", "/control", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, site("cross-site")},
	} {
		t.Run(c.method+c.path+strings.Join(c.headers, " "), func(t *testing.T) {
			answer, body := s.ask(t, c.method, c.path, []byte(`{"action": "resume"}`), c.headers...)
			if c.want != "" {
				refused(t, answer, body, http.StatusForbidden, c.want)
			} else if answer.StatusCode != http.StatusOK {
				t.Errorf("%s: %s, want 200", answer.Status, body)
			}
		})
	}
}

// Every answer has the headers, whether it is one or an error.
func TestHeaders(t *testing.T) {
	s := serve(t, xorView(xorNet(t)))
	for _, c := range []struct {
		method, path, body, host string
		code                     int
	}{
		{"GET", "/", "", "", 200},
		{"HEAD", "/", "", "", 200},
		{"GET", "/live.js", "", "", 200},
		{"GET", "/live.css", "", "", 200},
		{"GET", "/nothing", "", "", 404},
		{"GET", "/", "", "evil.example", 403},
		{"PUT", "/", "", "", 405},
		{"POST", "/predict", `{"inputs": [0, 1]}`, "", 200},
		{"POST", "/predict", `{}`, "", 400},
		{"POST", "/predict", strings.Repeat(" ", maxBody+1), "", 413},
		{"POST", "/control", `{"action": "resume"}`, "", 200},
		{"POST", "/control", `{}`, "", 400},
	} {
		host := c.host
		if host == "" {
			host = s.host()
		}
		answer, _ := s.ask(t, c.method, c.path, []byte(c.body), "Host", host)
		if answer.StatusCode != c.code {
			t.Errorf("%s %s: %s, want %d", c.method, c.path, answer.Status, c.code)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
				"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cache-Control":                "no-store",
		} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s %s: %s %q, want %q", c.method, c.path, name, got, want)
			}
		}
	}
}
