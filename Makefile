# Each program takes its flags from ARGS: make run-mnistcnn ARGS="-epochs 1"
ARGS =

PROGRAMS = linreg xor iris mnistmlp mnistcnn scratch
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: $(PROGRAMS:%=run-%) test race check

$(PROGRAMS:%=run-%): run-%:
	go run ./$* $(ARGS)

test:
	go test ./...

race:
	go test -race ./...

# formatting, vet on every platform that is promised, staticcheck, and a build without cgo
check:
	test -z "$$(gofmt -l .)"
	go vet ./...
	GOOS=darwin GOARCH=arm64 go vet ./...
	GOOS=linux GOARCH=arm64 go vet ./...
	GOOS=windows GOARCH=amd64 go vet ./...
	go run $(STATICCHECK) ./...
	CGO_ENABLED=0 go build ./...
	go mod verify
