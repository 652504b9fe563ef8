# Each program takes its flags from ARGS: make run-mnistcnn ARGS="-epochs 1"
ARGS =

PROGRAMS = linreg xor iris mnistmlp mnistcnn scratch
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@v1.9.0

# the Python that comparisons with other libraries need; -short needs none
VENV = out/bench/venv
PEERS = $(if $(filter -short,$(ARGS)),,$(VENV)/ready)

.PHONY: $(PROGRAMS:%=run-%) test race fuzz check vulnerabilities test-keras test-onnx test-tensorboard exported-onnx test-lecture test-notebooks notebooks jupyter test-today test-browser test-mpi test-faults attack draw live-xor generate bench bench-peers bench-growth bench-mpi scale-model count-arm64 pictures

$(PROGRAMS:%=run-%): run-%:
	go run ./$* $(ARGS)

# a page on which the saved net reads drawn digits; without a saved net it trains an epoch first
MODEL = MNIST_CNN_model.h5
DRAWN = $(firstword $(wildcard out/mnistcnn/$(MODEL)) out/draw/$(MODEL))
draw: $(DRAWN)
	go run ./mnistcnn -load $(DRAWN) -epochs 0 -no-pictures -live -out out/draw $(ARGS)

out/draw/$(MODEL):
	go run ./mnistcnn -epochs 1 -no-pictures -out out/draw

# a page that shows the smallest net while it learns
live-xor:
	go run ./xor -live $(ARGS)

test:
	go test ./...

race:
	go test -race $(ARGS) ./...

# runs each fuzz target of each package for FUZZTIME, one after another, because go test allows one at a time. A failure
# ends the run and leaves its input in the package's testdata/fuzz. Minimizing is limited, because it would take most of
# the time. On a busy machine Go's fuzzer sometimes reports the end of its time as a failure: the target is tried again
FUZZTIME = 1m
fuzz:
	log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	targets=$$(grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | \
		sed -E 's|^(.*)/[^/]*:func (.*)$$|\1 \2|' | sort); \
	test -n "$$targets" || { echo "fuzz: no target found in the *_test.go files" >&2; exit 1; }; \
	echo "$$targets" | while read -r package target; do \
		until go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$package >$$log 2>&1 </dev/null; do \
			if [ "$$again" = "$$target" ] || ! grep -qx ' *context deadline exceeded' $$log || grep -q 'Failing input' $$log; then \
				cat $$log >&2; exit 1; \
			fi; \
			again=$$target; \
		done; \
		echo "$$package $$target: $$(sed -nE 's|.*execs: ([0-9]+).*|\1|p' $$log | tail -n 1) executions"; \
	done

# formatting, vet for every supported platform, staticcheck, a build without cgo, and known vulnerabilities
check:
	test -z "$$(gofmt -l .)"
	go vet ./...
	go vet -tags browser,keras,onnx,tensorboard,faults,lecture,notebooks ./common/...
	if command -v mpicc >/dev/null; then go vet -tags mpi ./...; fi
	GOOS=darwin GOARCH=arm64 go vet ./...
	GOOS=linux GOARCH=arm64 go vet ./...
	GOOS=windows GOARCH=amd64 go vet ./...
	GOOS=windows GOARCH=arm64 go vet ./common/kernel/... ./common/bench/machine
	go run $(STATICCHECK) ./...
	CGO_ENABLED=0 go build ./...
	go mod verify
	$(MAKE) --no-print-directory vulnerabilities

# known vulnerabilities in the code that is called and in this version of Go; without a network nothing is checked
VULNDB = https://vuln.go.dev
vulnerabilities:
	@said=$$(go run $(GOVULNCHECK) -test -tags browser,keras -db $(VULNDB) ./... 2>&1) && code=0 || code=$$?; \
	case "$$said" in \
	*"tls: "* | *x509*) ;; \
	*'govulncheck: fetching vulnerabilities: Get "$(VULNDB)/'*) \
		echo "govulncheck: cannot reach the database: vulnerabilities are not checked"; exit 0 ;; \
	esac; \
	echo "$$said"; exit $$code

# writes the assembly of common/kernel and common/bench/machine by the generator in common/kernel/_asm
ASSEMBLY = $(patsubst %,kernel/internal/amd64/%_amd64,dropout element exp pack pause pool sparse step sum tile) \
	$(patsubst %,kernel/internal/arm64/%_arm64,dropout element exp pack pause pool sparse step sum tile) \
	bench/machine/measure_amd64 bench/machine/measure_arm64
generate:
	set -e; for file in $(ASSEMBLY); do \
		(cd common/kernel/_asm && go run . -file $${file##*/} -pkg $$(basename $${file%/*}) \
			-out ../../$$file.new -stubs ../../$$file.stubs.new); \
		mv common/$$file.new common/$$file.s; \
		mv common/$$file.stubs.new common/$$file.go; \
	done

# times each kernel and whole steps at each CPU level, the profile of a step and the page of -live; see common/bench. For
# this and the next five targets ARGS=-short is a quick test without other libraries; other ARGS of bench are for table
bench:
	go run ./common/bench/table $(ARGS)
	go run ./common/bench/profile $(filter -short,$(ARGS))
	go run ./common/bench/live $(filter -short,$(ARGS))

# compares the lecture's nets with Keras, PyTorch, JAX and stock Gorgonia
bench-peers: $(PEERS)
	go run ./common/bench/peers $(ARGS)

# counts the instructions of a step on arm64, in QEMU; needs Debian's qemu-user and gcc
count-arm64:
	go run ./common/bench/count $(ARGS)

# times a step of the convolutional network by rows and width, here and in PyTorch
bench-growth: $(PEERS)
	go run ./common/bench/growth $(ARGS)

# compares one thread, two threads and two ranks, here and in PyTorch; needs Open MPI
bench-mpi: $(PEERS)
	go run ./common/bench/mpi $(ARGS)

# predicts the time of a step on up to 1,024 ranks
scale-model:
	go run ./common/bench/scale $(ARGS)

# a Python with the other libraries, for CPython 3.11 to 3.13 on Linux x86-64: 3 GB to download, 6 GB on disk
PEERS_PYTHON = python3
$(VENV)/ready: common/bench/peers/python/requirements.txt
	$(PEERS_PYTHON) -m venv --clear $(VENV)
	$(VENV)/bin/pip install --quiet --no-deps --only-binary :all: -r $<
	touch $@

# draws every picture of the READMEs, at one CPU level so that all machines give the same; also as .svg in out/pictures
PICTURES = out/pictures
VIEW = -elevation 25 -azimuth -65
draw = $(PICTURES)/bin/$(1) -quiet -svg -out $(PICTURES)/$(1)$(2)
keep = cp $(foreach name,$(2),$(PICTURES)/$(1)$(3)/$(name)) $(1)/
pictures: export GORGONIA_LECTURES_CPU = avx2
pictures:
	mkdir -p $(PICTURES)/bin
	go build -o $(PICTURES)/bin/ $(PROGRAMS:%=./%)
	$(call draw,linreg,)
	$(call keep,linreg,data.png curves.png)
	$(call draw,linreg,-long) $(VIEW) -epochs 100000
	$(call keep,linreg,model.png way.png,-long)
	$(call draw,xor,)
	$(call draw,xor,) -study seeds
	$(call keep,xor,curves.png network.png moments.png training.gif seeds.png)
	$(call draw,iris,)
	$(call draw,iris,) -study vanishing
	$(call draw,iris,) -study optimizers
	$(call draw,iris,) -study seeds
	$(call keep,iris,data.png curves.png confusion.png vanishing.png activations.png optimizers.png seeds.png)
	$(call draw,scratch,)
	$(call keep,scratch,weights_first_input.png weights_and.png failure_xor.png learning.png)
	$(call draw,mnistmlp,)
	$(call draw,mnistmlp,) -study optimizers
	$(call draw,mnistmlp,) -study unscaled
	$(call keep,mnistmlp,digits.png curves.png wrong.png confident.png confusion.png optimizers.png unscaled.png)
	$(call draw,mnistcnn,)
	$(call keep,mnistcnn,curves.png wrong.png confident.png confusion.png kernels.png features.png)

# tests the page of -live in a browser, Debian's chromium; leaves screenshots in out/live, but not with ARGS=-short
test-browser:
	go test -tags browser -count 1 -run Browser $(ARGS) ./common/live

# tests programs on ranks that mpirun starts, on this machine and in two network namespaces (as root, with Debian's
# iproute2); needs Open MPI and a C compiler, which it installs from Debian's packages as root
MPI_PACKAGES = libopenmpi-dev openmpi-bin gcc libc6-dev
test-mpi:
	@command -v mpicc >/dev/null && command -v mpirun >/dev/null || { \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null || \
			{ echo "no mpicc and mpirun: install Open MPI, as with apt-get install $(MPI_PACKAGES)" >&2; exit 1; }; \
		apt-get update -q && apt-get install -qy $(MPI_PACKAGES); }
	go test -tags mpi -count 1 -v $(ARGS) ./common/ranks/mpi

# tests the programs on disks that are full, read-only or without inodes; needs Linux, and root or user namespaces
test-faults:
	go test -tags faults -count 1 $(ARGS) ./common/bench/attack

# attacks the programs by kills, signals, disk faults, damaged files, odd requests and command lines;
# ARGS="-seed 2 -time 1m"
attack:
	go run ./common/bench/attack $(ARGS)

# opens .h5 and .keras files and checkpoints of this suite in Keras 2 and 3, theirs here, and both in libhdf5's tools;
# needs Python 3.10 or 3.11 and Debian's hdf5-tools
PYTHON = $(firstword $(foreach version,3.11 3.10,$(shell python$(version) -c "import venv, ensurepip" >/dev/null 2>&1 && echo python$(version))))
KERAS = .keras
test-keras: $(KERAS)/3/ready $(KERAS)/2/ready
	KERAS3=$(CURDIR)/$(KERAS)/3/bin/python KERAS2=$(CURDIR)/$(KERAS)/2/bin/python \
		go test -tags keras -count 1 -timeout 30m -run 'TestKerasOpens|TestKerasRuns|TestWeOpenKeras|TestToolsOfHDF5' $(ARGS) ./common/keras ./common/hdf5

# reads folders of -tensorboard, and one of Keras' callback, in TensorBoard
test-tensorboard: $(KERAS)/tensorboard/ready
	TENSORBOARD=$(CURDIR)/$(KERAS)/tensorboard/bin/python \
		go test -tags tensorboard -count 1 -run TestTensorBoard $(ARGS) ./common/tensorboard

# runs the commands in common/lecture/ko.md and en.md and compares their output with the texts
test-lecture:
	go test -tags lecture -count 1 $(ARGS) ./common/lecture

# runs the lecture's notebooks, lecture.ipynb of each program, in Jupyter with the Go kernel GoNB, installed in
# out/jupyter. test-notebooks compares the output of their cells, at one CPU level so that all machines give the same;
# notebooks saves it in them; jupyter opens them in a browser, with gopls for completion. Needs Python 3.11 or newer;
# GoNB does not run on Windows
JUPYTER = out/jupyter
GO_TOOL = cd common/lecture/_jupyter && GOBIN=$(CURDIR)/$(JUPYTER)/bin go install
JUPYTER_PYTHON = python3
RUN_NOTEBOOKS = JUPYTER=$(CURDIR)/$(JUPYTER) GORGONIA_LECTURES_CPU=avx2 \
	go test -tags notebooks -count 1 -timeout 30m -run '^TestNotebooks$$' $(ARGS) ./common/lecture
test-notebooks: $(JUPYTER)/ready
	$(RUN_NOTEBOOKS)

notebooks: $(JUPYTER)/ready
	NOTEBOOKS=update $(RUN_NOTEBOOKS)

jupyter: $(JUPYTER)/lab
	JUPYTER_DATA_DIR=$(CURDIR)/$(JUPYTER)/data JUPYTER_CONFIG_DIR=$(CURDIR)/$(JUPYTER)/config \
		PATH="$(CURDIR)/$(JUPYTER)/bin:$$PATH" jupyter lab --LabApp.default_url=/lab/tree/xor/lecture.ipynb $(ARGS)

$(JUPYTER)/ready: common/lecture/testdata/jupyter.txt common/lecture/_jupyter/go.mod
	$(JUPYTER_PYTHON) -m venv --clear $(JUPYTER)
	$(JUPYTER)/bin/pip install --quiet --disable-pip-version-check --no-deps -r $<
	$(GO_TOOL) github.com/janpfeifer/gonb golang.org/x/tools/cmd/goimports
	JUPYTER_DATA_DIR=$(CURDIR)/$(JUPYTER)/share/jupyter $(JUPYTER)/bin/gonb --install --force_deps \
		2>$(JUPYTER)/gonb.log || { cat $(JUPYTER)/gonb.log; exit 1; }
	touch $@

$(JUPYTER)/lab: common/lecture/testdata/jupyterlab.txt $(JUPYTER)/ready
	$(JUPYTER)/bin/pip install --quiet --disable-pip-version-check --no-deps -r $<
	$(GO_TOOL) golang.org/x/tools/gopls
	touch $@

# runs the lines of common/lecture/today.md with the versions of that page
test-today: $(KERAS)/today/ready
	$(KERAS)/today/bin/python common/lecture/testdata/today.py

# compares .onnx files with ONNX Runtime, the checker of onnx and netron's parser, which runs in Node
test-onnx: $(KERAS)/onnx/ready
	ONNX=$(CURDIR)/$(KERAS)/onnx/bin/python go test -tags onnx -count 1 -run TestRuntime $(ARGS) ./common/onnx

# exports the nets of common/onnx/testdata/exported again, by PyTorch, Keras 3 and Keras 2; ARGS=all for each operator set
NETS = $(basename $(notdir $(wildcard common/onnx/testdata/exported/*.json)))
exported-onnx: $(VENV)/ready $(KERAS)/3/ready $(KERAS)/2/ready
	$(call export,torch,$(VENV),onnx==1.23.2 onnxscript==0.7.2 onnx-ir==1.1.0)
	KERAS_BACKEND=torch out/exporters/torch/bin/python common/onnx/testdata/exporters.py keras3 out/exported $(NETS)
	$(call export,keras3,$(KERAS)/3,onnx==1.23.2 tf2onnx==1.17.0)
	$(call export,keras2,$(KERAS)/2,onnx==1.17.0 tf2onnx==1.17.0)
	EXPORTED=$(CURDIR)/out/exported go test -count 1 -v -run TestExported ./common/onnx
	for name in $(NETS); do cp out/exported/$$name.* common/onnx/testdata/exported; done

# exports nets in a Python that has some packages besides those of another one
define export
	$(2)/bin/python -m venv --clear out/exporters/$(1)
	realpath $(2)/lib/python*/site-packages > $$(echo out/exporters/$(1)/lib/python*/site-packages)/others.pth
	out/exporters/$(1)/bin/pip install --quiet --disable-pip-version-check --no-deps $(3)
	out/exporters/$(1)/bin/python common/onnx/testdata/exporters.py $(1) out/exported $(if $(filter all,$(ARGS)),,$(NETS))
endef

# a Python with the packages of a list; modules are compiled when they are imported, as most never are
define environment
	test -n "$(PYTHON)" || { echo "no python3.11 or python3.10 with venv: install one" >&2; exit 1; }
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --no-compile -r $<
	touch $@
endef
$(KERAS)/%/ready: common/keras/testdata/keras%.txt
	$(environment)
$(KERAS)/onnx/ready: common/onnx/testdata/requirements.txt
	$(environment)
